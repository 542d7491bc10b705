#!/usr/bin/env bash
# Checks the client libraries without a service: generated files are what the generator would write, the types of both are sound, and both can be
# packed. Their tests run in `make test`, against a service.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/packages.sh
source scripts/packages.sh

require_package python3 'the generator of the client libraries' command -v python3
python3 clients/generate.py --check
unset SOMA_URL
scripts/libraries/typescript.sh
scripts/libraries/python.sh
clients/typescript/node_modules/.bin/pyright --project clients/python --level error
