#!/usr/bin/env bash
# Stores a memory in the running stack, reads it, searches for it and checks that /stats counts it. Needs only curl.
#
#   SOMA_URL         URL of the service; default: http://127.0.0.1 with API_PORT
#   API_PORT         its port; default: from .env, else 9595
#   SOMA_API_TOKEN   the token; default: from .env (its file first), else devtoken
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# setting <name>: prints the variable's last value in .env.
setting() {
  if [ -f .env ]; then sed -nE "s/^$1=(.*)$/\1/p" .env | tail -n 1; fi
}

token() {
  if [ -n "${SOMA_API_TOKEN:-}" ]; then echo "$SOMA_API_TOKEN"; return; fi
  local file value
  file=$(setting SOMA_API_TOKEN_FILE)
  # Containers see the folder deploy/secrets as /run/secrets.
  file=${file/#\/run\/secrets/deploy/secrets}
  if [ -n "$file" ] && [ -f "$file" ]; then tr -d '[:space:]' <"$file"; return; fi
  value=$(setting SOMA_API_TOKEN)
  echo "${value:-devtoken}"
}

fail() {
  printf 'test-e2e: %s\n' "$*" >&2
  exit 1
}

# ask <what is tested> <text that the answer must contain> <curl argument…>
ask() {
  local what=$1 wanted=$2 answer
  shift 2
  answer=$(curl -sS --max-time 30 -H "Authorization: Bearer $secret" -H 'Content-Type: application/json' "$@") || fail "$what: no answer from $url"
  case $answer in
    *"$wanted"*) echo "$what: ok" ;;
    *) fail "$what: expected $wanted in: $answer" ;;
  esac
}

port=${API_PORT:-$(setting API_PORT)}
url=${SOMA_URL:-http://127.0.0.1:${port:-9595}}
secret=$(token)
mark=e2e-$(date +%s)-$$

ask store '"ok":true' "$url/memories" -d "{\"coord\":\"999.99,888.88\",\"payload\":{\"test_id\":\"$mark\",\"data\":\"the end-to-end memory $mark\"}}"
ask read "\"test_id\":\"$mark\"" "$url/memories/999.99,888.88"
ask search "\"test_id\":\"$mark\"" "$url/memories/search" -d "{\"query\":\"end-to-end memory $mark\",\"top_k\":5}"
total=$(curl -sS --max-time 30 -H "Authorization: Bearer $secret" "$url/stats" | sed -nE 's/.*"total_memories":([0-9]+).*/\1/p')
[ "${total:-0}" -ge 1 ] || fail "stats: total_memories is ${total:-not there}"
echo "stats: $total memories"
echo 'test-e2e: passed'
