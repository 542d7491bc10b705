#!/usr/bin/env bash
# Builds the documentation as a site into site/dist, and checks it: every link of a page leads to a page, a heading or a file, and a browser reads all
# pages without a request to another origin, finds by the search and changes tabs. Needs Node 20.19 or later and npm, and fetches the packages of
# site/package-lock.json.
#
#   scripts/docs.sh [build]    with "build" no browser is started
#   SOMA_SITE_BASE             the path under which the site is published, such as /soma/; default: /
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/packages.sh
source scripts/packages.sh

require_package nodejs 'the documentation as a site' command -v node
require_package npm 'the documentation as a site' command -v npm
cd site
# The lock is kept beside what it installed, so that nothing is fetched twice.
if ! cmp -s package-lock.json node_modules/.installed-lock; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
  cp package-lock.json node_modules/.installed-lock
fi
rm -rf dist
npx --no-install vitepress build .
node --test --test-reporter=spec test/links.test.mjs
[ "${1:-}" != build ] || exit 0
cd ..
require_package chromium 'the test of the site' command -v chromium
# The browser's driver is a package of the explorer.
scripts/ui.sh
cd site
node --test --test-reporter=spec test/browser.test.mjs
