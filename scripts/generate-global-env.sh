#!/usr/bin/env bash
# Writes one file with the environment of a deployment, for shells, CI jobs and `docker compose --env-file`.
#
#   scripts/generate-global-env.sh [mode] [path]
#
#   mode   dev_full (default), dev_prod, prod or prod_ha
#   path   default: $GITHUB_WORKSPACE/.ci/soma-global.env, or .ci/soma-global.env outside of a workflow
#
# The file holds no secret. In the development modes it names the development credentials. In the others it has no line
# for SOMA_API_TOKEN and POSTGRES_PASSWORD, so that they come from the deployment's own store of secrets.
set -euo pipefail

mode=${1:-dev_full}
path=${2:-${GITHUB_WORKSPACE:+$GITHUB_WORKSPACE/}.ci/soma-global.env}

# The values that depend on the mode: `replicas` is the number of silos, `values` the chart's values file.
case $mode in
  dev_full) replicas=1 real=false values=helm/values-local-dev.yaml log=info ;;
  dev_prod) replicas=1 real=true values=helm/values.yaml log=info ;;
  prod) replicas=2 real=true values=helm/values.yaml log=warning ;;
  prod_ha) replicas=3 real=true values=helm/values-prod-ha.yaml log=warning ;;
  *)
    echo "Unsupported mode: $mode" >&2
    exit 1
    ;;
esac
case $mode in
  dev_full | dev_prod) credentials=$'SOMA_API_TOKEN=devtoken\nPOSTGRES_PASSWORD=soma' ;;
  *) credentials='# SOMA_API_TOKEN and POSTGRES_PASSWORD: from your store of secrets' ;;
esac

mkdir -p "$(dirname "$path")"
umask 077
cat >"$path" <<EOF
# Environment of a Soma deployment in mode $mode. Made by scripts/generate-global-env.sh; changes are lost when it is made again.
DEPLOY_MODE=$mode
HELM_VALUES=$values

# Read by docker compose and by the processes (docs/operations.md)
$credentials
API_PORT=9595
SOMA_NAMESPACE=default
SOMA_RATE_LIMIT_MAX=120
SOMA_RATE_LIMIT_WINDOW_SECONDS=60
SOMA_MAX_REQUEST_BODY_MB=5
SILO_REPLICAS=$replicas
POSTGRES_USER=soma
POSTGRES_DB=somamemory
POSTGRES_PORT=5432
REDIS_PORT=6379
QDRANT_PORT=6333
LOG_LEVEL=$log

# For jobs and overlays of your own; Soma itself reads none of these
REPLICA_COUNT=$replicas
ENABLE_REAL_EMBEDDINGS=true
USE_REAL_INFRA=$real
PROMETHEUS_SCRAPE=true
OTEL_ENABLED=false
EOF
echo "$path: environment of mode $mode"
