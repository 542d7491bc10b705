#!/usr/bin/env bash
# Tries the explorer of a running service in headless Chromium, which it installs where it is missing.
#
#   scripts/ui-browser.sh [how many memories]
#
#   SOMA_URL, SOMA_API_TOKEN    the service and its root token; the test stores memories in namespaces of its own
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/packages.sh
source scripts/packages.sh

require_package chromium 'the test of the explorer' command -v chromium
scripts/ui.sh
cd ui
SOMA_UI_MEMORIES=${1:-3000} exec node --test --test-reporter=spec browser/
