# Run by `helm test`, with bash and nothing else: images of ours hold no HTTP client.
# Stores a memory in a namespace of its own, reads it, finds it by its words, deletes it. TEST_HOST, TEST_PORT, SOMA_API_TOKEN_FILE.
set -euo pipefail

token=$(<"$SOMA_API_TOKEN_FILE")
# While it is rotated the file has several lines, and each holds.
token=${token%%$'\n'*}

fail() {
  printf 'memory test: %s\n' "$*" >&2
  exit 1
}

# ask <what it is> <text that the answer must hold> <method> <path> [body]
ask() {
  local what=$1 wanted=$2 method=$3 path=$4 body=${5:-} answer
  exec 3<>"/dev/tcp/$TEST_HOST/$TEST_PORT" || fail "$what: nobody listens on $TEST_HOST:$TEST_PORT"
  printf '%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nAuthorization: Bearer %s\r\nX-Soma-Namespace: helm-test\r\n' \
    "$method" "$path" "$TEST_HOST" "$token" >&3
  printf 'Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s' "${#body}" "$body" >&3
  # Of the answer, what has no zero bytes; the connection ends it.
  answer=$(timeout 30 cat <&3) || fail "$what: no answer within 30 seconds"
  exec 3>&-
  case $answer in
    *"$wanted"*) printf '%s: ok\n' "$what" ;;
    *) fail "$what: expected $wanted in: $answer" ;;
  esac
}

mark="mark$RANDOM$RANDOM"
ask alive '"status":"ok"' GET /health/live
ask ready '"kv_store":true' GET /readyz
ask store '"ok":true' POST /memories "{\"coord\":\"999.99,888.88\",\"payload\":{\"text\":\"the memory of the test $mark\"}}"
ask read "$mark" GET /memories/999.99,888.88
ask search "$mark" POST /memories/search "{\"query\":\"$mark\",\"top_k\":1}"
ask delete '"deleted":true' DELETE '/memories/999.99,888.88?purge=true'
echo 'memory test: passed'
