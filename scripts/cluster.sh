#!/usr/bin/env bash
# Runs a whole cluster on this machine until Ctrl-C: Postgres, Redis, 3 silos and 2 gateways, all on 127.0.0.1. A silo
# or gateway that ends is started again, as Kubernetes would do. Nothing is left afterwards except the folder named by
# SOMA_CLUSTER_DIR.
#
#   SOMA_CLUSTER_DIR   folder of the data; default: a temporary folder that is deleted
#   SILOS, GATEWAYS    how many of each are started (3, 2)
#   SOMA_API_PORT      port of the first gateway (9595); the port of each further gateway is 10 higher
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/packages.sh
source scripts/packages.sh
# shellcheck source=scripts/postgres.sh
source scripts/postgres.sh
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

silos=${SILOS:-3}
gateways=${GATEWAYS:-2}
api_port=${SOMA_API_PORT:-9595}
postgres_port=${POSTGRES_PORT:-40021}
redis_port=${REDIS_PORT:-40022}
folder=${SOMA_CLUSTER_DIR:-}
is_temporary=''
supervisors=()
redis_pid=''
postgres_is_up=''
stopping=''

start_redis() {
  mkdir -p "$folder/redis"
  setsid redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --appendonly yes --maxmemory-policy noeviction \
    --dir "$folder/redis" >"$folder/redis.log" 2>&1 &
  redis_pid=$!
}

# supervise <name> <command…>: runs the command, and starts it again whenever it ends, until this script stops. TERM
# ends both.
supervise() {
  local name=$1 child='' status
  shift
  trap 'stopping=yes; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null || true' TERM
  trap '' INT HUP
  while [ -z "$stopping" ]; do
    # The command gets its own session. Otherwise Ctrl-C would reach every process of the terminal, and Redis would stop
    # before the silos.
    setsid "$@" >>"$folder/$name.log" 2>&1 &
    child=$!
    status=0
    # A trapped signal ends the `wait` but not the child, so wait again until the child has ended.
    while kill -0 "$child" 2>/dev/null; do wait "$child" || status=$?; done
    [ -n "$stopping" ] && break
    echo "$name ended with $status; starting it again" >&2
    sleep 1
  done
}

start_silo() {
  local i=$1
  SOMA_POSTGRES_URL="postgresql://soma@127.0.0.1:$postgres_port/somamemory" REDIS_URL="redis://127.0.0.1:$redis_port" \
    POD_NAME="silo-$i" SOMA_SILO_PORT=$((11110 + i)) SOMA_SILO_GATEWAY_PORT=$((29999 + i)) SOMA_ADMIN_PORT=$((9700 + i)) \
    SOMA_OPERATOR_TOKEN="$operator_token" supervise "silo-$i" dotnet src/Soma.Silo/bin/Release/net10.0/Soma.Silo.dll &
  supervisors+=($!)
}

start_gateway() {
  local i=$1
  REDIS_URL="redis://127.0.0.1:$redis_port" SOMA_API_PORT=$((api_port + (i - 1) * 10)) \
    supervise "gateway-$i" dotnet src/Soma.Gateway/bin/Release/net10.0/Soma.Gateway.dll &
  supervisors+=($!)
}

wait_until_ready() {
  local url=$1 _
  for _ in $(seq 1 300); do
    if curl -fsS -o /dev/null "$url" 2>/dev/null; then return 0; fi
    sleep 0.2
  done
  echo "$url is not ready; see the logs in $folder" >&2
  return 1
}

stop() {
  trap '' INT TERM HUP
  [ -z "$stopping" ] || return 0
  stopping=yes
  echo 'stopping' >&2
  # Gateways stop first, so that no request is sent to silos that are already gone.
  local i
  for ((i = ${#supervisors[@]} - 1; i >= 0; i--)); do
    kill -TERM "${supervisors[$i]}" 2>/dev/null || true
    if [ "$i" -eq "$silos" ]; then wait "${supervisors[@]:$silos}" 2>/dev/null || true; fi
  done
  wait "${supervisors[@]}" 2>/dev/null || true
  if [ -n "$redis_pid" ]; then
    kill -TERM "$redis_pid" 2>/dev/null || true
    wait "$redis_pid" 2>/dev/null || true
  fi
  if [ -n "$postgres_is_up" ]; then
    stop_postgres "$folder" || true
  fi
  if [ -n "$is_temporary" ]; then rm -rf "$folder"; fi
}

require_package postgresql 'the store of the cluster' has_postgres
require_package redis-server 'the membership of the cluster' command -v redis-server
require_package curl 'asking whether it is ready' command -v curl
dotnet build src/Soma.Silo -c Release -v quiet -nologo
dotnet build src/Soma.Gateway -c Release -v quiet -nologo
if [ -z "$folder" ]; then
  folder=$(mktemp -d -t soma-cluster-XXXXXX)
  is_temporary=yes
fi
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
chmod 755 "$folder"
operator_token=${SOMA_OPERATOR_TOKEN:-$(head -c 12 /dev/urandom | od -An -tx1 | tr -d ' \n')}
trap 'stop; exit 0' INT TERM HUP
trap stop EXIT

start_postgres "$folder" "$postgres_port"
postgres_is_up=yes
start_redis
for i in $(seq 1 "$silos"); do start_silo "$i"; done
for i in $(seq 1 "$gateways"); do start_gateway "$i"; done
for i in $(seq 1 "$silos"); do wait_until_ready "http://127.0.0.1:$((9700 + i))/health/ready"; done
for i in $(seq 1 "$gateways"); do wait_until_ready "http://127.0.0.1:$((api_port + (i - 1) * 10))/readyz"; done

token=${SOMA_API_TOKEN:-devtoken}
[ "$token" = devtoken ] || token="\$SOMA_API_TOKEN"
cat <<EOF

Soma is running: $silos silos, $gateways gateways. Logs and data: $folder

EOF
for i in $(seq 1 "$gateways"); do echo "  gateway $i   http://127.0.0.1:$((api_port + (i - 1) * 10))"; done
for i in $(seq 1 "$silos"); do echo "  silo $i      http://127.0.0.1:$((9700 + i))/dashboard/   /metrics   /health/ready"; done
cat <<EOF

The dashboard asks for a name (any) and a password: $operator_token

Store a memory through one gateway, find it through another:

curl -sS http://127.0.0.1:$api_port/memories -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d '{"coord":"1,2","payload":{"text":"The kettle is in the blue cupboard"}}'
curl -sS http://127.0.0.1:$((api_port + (gateways - 1) * 10))/memories/search -H "Authorization: Bearer $token" -H 'Content-Type: application/json' -d '{"query":"where do we keep the kettle?"}'

Stop with Ctrl-C.
EOF
wait
