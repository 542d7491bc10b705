#!/usr/bin/env bash
# Tests scripts/generate-global-env.sh: every mode, both default paths, what it refuses, and that compose accepts its
# files.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
folder=$(mktemp -d -t soma-env-XXXXXX)
trap 'rm -rf "$folder"' EXIT
generate=$PWD/scripts/generate-global-env.sh

fail() {
  printf 'generate-global-env.sh: %s\n' "$*" >&2
  exit 1
}

# holds <file> <line>: fails if the file lacks the line
holds() { grep -qxF "$2" "$1" || fail "$1 lacks the line $2"; }

while read -r mode replicas values token; do
  file=$folder/deep/er/$mode.env
  "$generate" "$mode" "$file" | grep -qF "$file" || fail "$mode: no line that confirms"
  holds "$file" "DEPLOY_MODE=$mode"
  holds "$file" "SILO_REPLICAS=$replicas"
  holds "$file" "REPLICA_COUNT=$replicas"
  holds "$file" "HELM_VALUES=helm/$values"
  if [ "$token" = - ]; then
    ! grep -qE '^(SOMA_API_TOKEN|POSTGRES_PASSWORD)=' "$file" || fail "$mode: overwrites credentials"
  else
    holds "$file" "SOMA_API_TOKEN=$token"
  fi
  # A shell must be able to read the file with the strictest options.
  (set -euo pipefail; set -a; # shellcheck disable=SC1090
    source "$file"; [ "$DEPLOY_MODE" = "$mode" ]) || fail "$mode: a shell cannot read the file"
  if docker compose version >/dev/null 2>&1; then
    docker compose --env-file "$file" config --format json >"$folder/config.json" || fail "$mode: compose refuses the file"
    grep -qE "\"scale\": $replicas" "$folder/config.json" || [ "$replicas" = 1 ] || fail "$mode: compose starts another number of silos"
  fi
done <<'EOF'
dev_full 1 values-local-dev.yaml devtoken
dev_prod 1 values.yaml devtoken
prod 2 values.yaml -
prod_ha 3 values-prod-ha.yaml -
EOF

(cd "$folder" && env -u GITHUB_WORKSPACE "$generate" >/dev/null)
holds "$folder/.ci/soma-global.env" DEPLOY_MODE=dev_full
(cd / && GITHUB_WORKSPACE=$folder/workspace "$generate" prod >/dev/null)
holds "$folder/workspace/.ci/soma-global.env" DEPLOY_MODE=prod
"$generate" prod "$folder/.ci/soma-global.env" >/dev/null
holds "$folder/.ci/soma-global.env" DEPLOY_MODE=prod

if "$generate" staging "$folder/staging.env" 2>"$folder/error"; then fail 'an unknown mode is taken'; fi
holds "$folder/error" 'Unsupported mode: staging'
[ ! -e "$folder/staging.env" ] || fail 'an unknown mode writes a file'
echo 'generate-global-env.sh: 4 modes, defaults and refusals'
