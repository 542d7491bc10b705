#!/usr/bin/env bash
# Runs clients of other memories, as npm has them, against the service: they get its address and a key, and nothing else is changed. Needs Node 20 or
# later and npm, and fetches the packages of scripts/libraries/clients/package-lock.json.
#
#   SOMA_URL, SOMA_API_TOKEN    the service
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/packages.sh
source scripts/packages.sh

require_package nodejs 'clients of other memories' command -v node
require_package npm 'clients of other memories' command -v npm
here=scripts/libraries/clients
folder=.tools/clients
# The lock is kept beside what it installed, so that nothing is fetched twice.
if ! cmp -s "$here/package-lock.json" "$folder/installed.json"; then
  rm -rf "$folder"
  mkdir -p "$folder"
  cp "$here"/package*.json "$folder"
  # Without the packages of models and databases that mem0 could use inside its own process.
  npm ci --prefix "$folder" --ignore-scripts --legacy-peer-deps --no-audit --no-fund --loglevel=error >/dev/null
  cp "$here/package-lock.json" "$folder/installed.json"
fi
# Modules look for packages beside themselves.
rm -f "$folder"/*.mjs
cp "$here"/*.mjs "$folder"
# mem0's clients keep files in the home folder, and would report what they do to a server of its makers.
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
export HOME=$home MEM0_TELEMETRY=false
node --test --test-reporter=spec "$folder"/*.test.mjs
echo 'the clients of other memories work'
