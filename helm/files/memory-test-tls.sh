# Run by `helm test` where the service speaks TLS. Stores a memory in a namespace of its own and reads it back, by the `soma` command,
# which trusts the release's authority alone. TEST_HOST, TEST_PORT, SOMA_API_TOKEN_FILE, SOMA_CA_FILE.
set -euo pipefail

url="https://$TEST_HOST:$TEST_PORT"
mark="mark$RANDOM$RANDOM"
soma health --url "$url"
printf '{"coordinate":[999.99,888.88],"memory_type":"episodic","payload":{"text":"the memory of the test %s"}}\n' "$mark" |
  soma import helm-test --from - --url "$url"
soma changes helm-test --json --url "$url" | grep -q "$mark" || {
  echo "memory test: the service does not show $mark" >&2
  exit 1
}
echo 'memory test: passed'
