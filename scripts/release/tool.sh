#!/usr/bin/env bash
# Packs soma as a .NET tool and tries the package: installs it from the folder, asks for its version, stores a memory and finds it.
#
#   scripts/release/tool.sh <folder> [version]      writes <folder>/soma.<version>.nupkg
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
folder=${1:?which folder} version=${2:-$(sed -nE 's|.*<Version>(.+)</Version>.*|\1|p' Directory.Build.props)}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
dotnet pack src/Soma -c Release -o "$folder" -v quiet -nologo -p:Version="$version" -p:RunAnalyzers=false -p:ContinuousIntegrationBuild=true

work=$(mktemp -d)
server=''
clean_up() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" || true
  fi
  rm -rf "$work"
}
trap clean_up EXIT
dotnet tool install soma --tool-path "$work/tool" --version "$version" --source "$folder" --no-cache >/dev/null
soma=$work/tool/soma
[ "$("$soma" --version)" = "$version" ]

# A free port: the kernel's own choice, which nobody else gets before long.
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export XDG_CONFIG_HOME=$work SOMA_URL=http://127.0.0.1:$port SOMA_API_PORT=$port SOMA_DATA_DIR=$work/data SOMA_API_TOKEN=token-of-the-trial
"$soma" serve >"$work/serve.log" 2>&1 &
server=$!
for _ in $(seq 600); do
  "$soma" health >/dev/null 2>&1 && break
  kill -0 "$server" 2>/dev/null || { cat "$work/serve.log" >&2; exit 1; }
  sleep 0.2
done
"$soma" store 'The kettle is in the blue cupboard' --id kettle
"$soma" search 'where do we keep the kettle?' | tee "$work/found"
grep -q '@kettle  The kettle is in the blue cupboard' "$work/found"
echo "soma $version was installed from $folder and works."
