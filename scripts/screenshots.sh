#!/usr/bin/env bash
# Takes the pictures of the explorer that the documentation shows, into docs/images: starts the built service with the memory of a made-up bicycle shop
# (ui/screenshots/seed.mjs), and opens the pages that ui/screenshots/take.mjs lists in headless Chromium. Look at each picture before it is committed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/packages.sh
source scripts/packages.sh

require_package chromium 'pictures of the explorer' command -v chromium
require_package pngquant 'small pictures' command -v pngquant
scripts/ui.sh
dotnet build src/Soma -c Release -v quiet -nologo
soma=$PWD/src/Soma/bin/Release/net10.0/soma.dll
work=$(mktemp -d)
service=
trap '[ -z "$service" ] || { kill "$service" 2>/dev/null; wait "$service" 2>/dev/null || true; }; rm -rf "$work"' EXIT

node ui/screenshots/seed.mjs "$work"
# Without the sentence model every search ranks alike, at whatever moment.
export SOMA_DATA_DIR=$work/data SOMA_EMBEDDINGS=fast SOMA_API_HOST=127.0.0.1 SOMA_API_TOKEN=devtoken SOMA_RATE_LIMIT_MAX=0
for namespace in shop office counter; do
  dotnet "$soma" import "$namespace" --from "$work/$namespace.jsonl"
done
SOMA_API_PORT=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
export SOMA_API_PORT
dotnet "$soma" serve >"$work/log" 2>&1 &
service=$!
export SOMA_URL=http://127.0.0.1:$SOMA_API_PORT
until curl -fsS --max-time 5 "$SOMA_URL/readyz" >/dev/null 2>&1; do
  kill -0 "$service" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
  sleep 0.5
done
mkdir -p docs/images
node ui/screenshots/take.mjs docs/images
pngquant --force --ext .png --strip --speed 1 --nofs 256 docs/images/*.png
ls -l docs/images
