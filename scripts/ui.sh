#!/usr/bin/env bash
# Builds the explorer, whose files the gateway carries: checks its types, builds ui/dist, and runs its unit tests. Needs Node 20.19 or later and npm,
# and fetches the packages of ui/package-lock.json. It does nothing if nothing changed since its last run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../ui"

# The lock is kept beside what it installed, so that nothing is fetched twice.
if ! cmp -s package-lock.json node_modules/.installed-lock; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
  cp package-lock.json node_modules/.installed-lock
fi
sources=$(find package-lock.json package.json ./*.ts index.html tsconfig.json test/*.ts test/tsconfig.json src -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum)
if [ "$sources" = "$(cat node_modules/.built-from 2>/dev/null)" ] && [ -f dist/index.html ]; then
  exit 0
fi
rm -rf dist test/built node_modules/.built-from
npx --no-install tsc -p .
npx --no-install tsc -p test
npx --no-install vite build --logLevel warn
node --test --test-reporter=spec test/built/test/
echo "$sources" >node_modules/.built-from
