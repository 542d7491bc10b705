#!/usr/bin/env bash
# Waits until the service is healthy and ready. It gives up after two minutes, with exit status 1.
#   scripts/wait-healthy.sh http://127.0.0.1:9595
set -euo pipefail
url=${1:?which URL?}
for _ in $(seq 1 60); do
  if curl -fsS --max-time 5 -o /dev/null "$url/healthz" 2>/dev/null && curl -fsS --max-time 5 "$url/readyz" 2>/dev/null; then
    echo
    exit 0
  fi
  sleep 2
done
echo "$url is not ready after two minutes; it says: $(curl -sS --max-time 5 "$url/readyz" 2>&1 || true)" >&2
exit 1
