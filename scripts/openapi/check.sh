#!/usr/bin/env bash
# Lints the OpenAPI document of the built service. Generates a client from it with each of two generators, compiles the clients,
# and runs README's examples with them against the service. It needs Node 20 or later and npm, and installs the packages of
# package.json into .tools/openapi. Build Soma.sln in Release first.
#
#   SOMA_TOOLS_DIR    the folder for the packages; default: .tools
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/packages.sh
source scripts/packages.sh

require_package nodejs 'clients made of the OpenAPI document' command -v node
require_package npm 'clients made of the OpenAPI document' command -v npm
folder=${SOMA_TOOLS_DIR:-$PWD/.tools}/openapi
mkdir -p "$folder"
if ! cmp -s scripts/openapi/package-lock.json "$folder/package-lock.json" || [ ! -d "$folder/node_modules" ]; then
  echo "installing the npm packages of scripts/openapi/package.json into $folder" >&2
  cp scripts/openapi/package.json "$folder/"
  cp scripts/openapi/package-lock.json "$folder/"
  (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --silent)
fi
cp scripts/openapi/*.ts scripts/openapi/*.yaml scripts/openapi/tsconfig.json "$folder/"

export SOMA_API_TOKEN=openapi-check
data=$(mktemp -d)
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
SOMA_API_HOST=127.0.0.1 SOMA_API_PORT=$port SOMA_DATA_DIR=$data dotnet src/Soma/bin/Release/net10.0/soma.dll serve >"$data/log" 2>&1 &
service=$!
trap 'kill "$service" 2>/dev/null; wait "$service" 2>/dev/null || true; rm -rf "$data"' EXIT
export SOMA_URL=http://127.0.0.1:$port
for _ in $(seq 120); do
  if curl -fsS --max-time 5 "$SOMA_URL/readyz" >/dev/null 2>&1; then break; fi
  kill -0 "$service" 2>/dev/null || { cat "$data/log" >&2; exit 1; }
  sleep 0.5
done

cd "$folder"
rm -rf built hey-api schema.d.ts
curl -fsS "$SOMA_URL/openapi.json" -o openapi.json
export REDOCLY_TELEMETRY=off
npx --no-install redocly lint openapi.json
npx --no-install openapi-typescript openapi.json -o schema.d.ts >/dev/null
npx --no-install openapi-ts -i openapi.json -o hey-api --silent
npx --no-install tsc -p .
node built/typescript.js
node built/hey-api.js
