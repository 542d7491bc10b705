#!/usr/bin/env bash
# Measures Soma on this machine, embedded and on a Postgres server of its own, and beside it the ceilings: a bare endpoint, a grain that
# does nothing, rows straight into the same Postgres, and a bare scan of as many vectors. Everything listens on 127.0.0.1.
#
#   bench.sh short      a table in about 3 minutes
#   bench.sh full       every kind of request, 64 and 256 connections, medians of 5 runs, one namespace and 1,000
#   SOMA_BENCH_OTHER    the soma.dll of another build, measured in the same runs
#   SOMA_BENCH_PEERS    other stores of vectors to measure beside, in full: '--postgres <url of a server with pgvector> --redis <host:port of Redis 8>'
#   SOMA_EMBEDDINGS     fast: without the sentence model, which otherwise refines in the background what the measurements store
#   SOMA_BENCH_JSON     a folder that gets the figures as JSON, a file a table
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/packages.sh
source scripts/packages.sh
# shellcheck source=scripts/postgres.sh
source scripts/postgres.sh
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

extent=${1:-short}
port=${SOMA_BENCH_PORT:-9640}
postgres_port=$((port + 9))
other=${SOMA_BENCH_OTHER:-}
token=bench-token
folder=$(mktemp -d -t soma-bench-XXXXXX)
postgres_is_up=''
services=()

stop_services() {
  local pid
  for pid in "${services[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${services[@]}"; do wait "$pid" 2>/dev/null || true; done
  services=()
}

clean_up() {
  trap '' INT TERM HUP
  stop_services
  [ -z "$postgres_is_up" ] || stop_postgres "$folder" || true
  rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

# serve <soma.dll> <port> <name> [VARIABLE=value…]: starts the service and waits until it is ready.
serve() {
  local dll=$1 at=$2 name=$3 _
  shift 3
  env SOMA_API_TOKEN=$token SOMA_RATE_LIMIT_MAX=0 SOMA_API_PORT="$at" SOMA_DATA_DIR="$folder/$name" "$@" dotnet "$dll" serve >"$folder/$name.log" 2>&1 &
  services+=($!)
  for _ in $(seq 1 300); do
    if curl -fsS -o /dev/null "http://127.0.0.1:$at/readyz" 2>/dev/null; then return 0; fi
    sleep 0.2
  done
  tail -n 20 "$folder/$name.log" >&2
  return 1
}

bench() { dotnet bench/Soma.Bench/bin/Release/net10.0/Soma.Bench.dll "$@"; }

# table <name> <option…>: measures the running services and prints a table under the name.
table() {
  local name=$1 options=(--url "http://127.0.0.1:$port" --token "$token")
  shift
  [ -z "$other" ] || options+=(--other "http://127.0.0.1:$((port + 1))")
  [ -z "${SOMA_BENCH_JSON:-}" ] || options+=(--json "$SOMA_BENCH_JSON/$name.json")
  printf '\n== %s\n' "$name"
  [ "$extent" = short ] || options+=(--seconds 2 --warm-up 1)
  bench measure "${options[@]}" "$@"
}

# on_store <name> [VARIABLE=value…]: starts this build, and the other one if there is one, on stores of their own.
on_store() {
  local name=$1
  shift
  serve src/Soma/bin/Release/net10.0/soma.dll "$port" "$name" "$@"
  [ -z "$other" ] || serve "$other" $((port + 1)) "$name-other" "${@//somamemory/somaother}"
}

all=store,store-1k,store-vector,batch,get,link,neighbors,search,search-keyword,search-vector

measure_short() {
  on_store embedded
  table embedded --mixes store,get,search --runs 3 --seconds 2 --warm-up 1
  stop_services
  on_store postgres "SOMA_POSTGRES_URL=postgresql://soma@127.0.0.1:$postgres_port/somamemory"
  table postgres --mixes store --runs 3 --seconds 2 --warm-up 1
  stop_services
}

measure_full() {
  local store connections
  for store in embedded postgres; do
    if [ "$store" = postgres ]; then
      on_store postgres "SOMA_POSTGRES_URL=postgresql://soma@127.0.0.1:$postgres_port/somamemory"
    else
      on_store embedded
    fi
    for connections in 64 256; do
      table "$store-$connections" --mixes store,store-1k,get --connections "$connections"
    done
    table "$store-many-namespaces" --mixes store,get --memories 10 --namespaces 1000
    table "$store-16" --mixes "$all" --connections 16
    table "$store-1000-a-second" --mixes store,get --connections 64 --rate 1000
    stop_services
  done
  measure_sizes
  measure_cold
  measure_cluster
  measure_peers
}

# Stores of vectors that run already, beside this build.
measure_peers() {
  [ -n "${SOMA_BENCH_PEERS:-}" ] || return 0
  on_store peers
  printf '\n== peers\n'
  # shellcheck disable=SC2086  # several words
  bench peers --url "http://127.0.0.1:$port" --token $token $SOMA_BENCH_PEERS
  stop_services
}

# A silo and a gateway as processes of their own, so that each request takes two hops.
measure_cluster() {
  SILOS=1 GATEWAYS=1 SOMA_CLUSTER_DIR="$folder/cluster" SOMA_API_TOKEN=$token SOMA_RATE_LIMIT_MAX=0 SOMA_API_PORT=$port \
    POSTGRES_PORT=$((port + 7)) REDIS_PORT=$((port + 8)) scripts/cluster.sh >"$folder/cluster.log" 2>&1 &
  services+=($!)
  for _ in $(seq 1 600); do
    if curl -fsS -o /dev/null "http://127.0.0.1:$port/readyz" 2>/dev/null; then break; fi
    sleep 0.2
  done
  other='' table gateway-and-silo --mixes store,get,search --connections 64
  stop_services
}

# Most memories are not in memory: they are read from the store.
measure_cold() {
  on_store cold SOMA_MEMORY_BUDGET_MB=64
  table cold --mixes get --memories 200000 --connections 16
  stop_services
}

# What a search costs at other sizes.
measure_sizes() {
  local memories
  for memories in 1000 100000; do
    on_store "of-$memories"
    table "of-$memories" --mixes search,search-keyword,search-vector --memories "$memories" --connections 16
    stop_services
  done
}

require_package postgresql 'the measurements of the Postgres store' has_postgres
dotnet build Soma.sln -c Release -m:2 -v quiet -nologo
[ -z "${SOMA_BENCH_JSON:-}" ] || mkdir -p "$SOMA_BENCH_JSON"
start_postgres "$folder" "$postgres_port"
postgres_is_up=yes
as_postgres "$(postgres_bin)/createdb" -h 127.0.0.1 -p "$postgres_port" -U soma somaother
case $extent in
  short) measure_short ;;
  full) measure_full ;;
  *) echo 'bench.sh: short or full' >&2; exit 2 ;;
esac
printf '\n== ceilings of the database and of a core\n'
bench postgres-ceiling --postgres "postgresql://soma@127.0.0.1:$postgres_port/somamemory"
bench scan-ceiling
