#!/usr/bin/env bash
# The restore drill. It starts a Postgres of its own and writes memories with links, history and vectors to many
# namespaces. It backs them up while the service runs, wipes the database, restores, and compares every payload, the
# answers of searches and the whole log with those from before. The exit status is 0 only if everything is equal.
#
#   SOMA_DRILL_MEMORIES    number of memories (100000)
#   SOMA_DRILL_NAMESPACES  number of namespaces (200)
#   SOMA_DRILL_DIR         folder for all files; default: a temporary folder that is deleted
#   POSTGRES_PORT, SOMA_API_PORT   ports on 127.0.0.1 (40121, 9695)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/packages.sh
source scripts/packages.sh
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

memories=${SOMA_DRILL_MEMORIES:-100000}
namespaces=${SOMA_DRILL_NAMESPACES:-200}
postgres_port=${POSTGRES_PORT:-40121}
api_port=${SOMA_API_PORT:-9695}
folder=${SOMA_DRILL_DIR:-}
is_temporary=''
soma_pid=''
postgres_is_up=''
url=http://127.0.0.1:$api_port
token=drill-token
database=postgresql://soma@127.0.0.1:$postgres_port/somamemory

say() { printf '%s  %s\n' "$(date -u +%H:%M:%S)" "$*"; }

as_postgres() {
  # Postgres refuses to run as root.
  if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

sql() { as_postgres "$bin/psql" -h 127.0.0.1 -p "$postgres_port" -U soma -d "$1" -qAt -v ON_ERROR_STOP=1 -c "$2"; }

start_postgres() {
  local data=$folder/postgres
  bin=${PG_BIN:-$(find /usr/lib/postgresql -maxdepth 3 -name pg_ctl 2>/dev/null | sort -V | tail -n 1 | xargs -r dirname)}
  [ -n "$bin" ] || bin=$(dirname "$(command -v pg_ctl)")
  mkdir -p "$data"
  if [ "$(id -u)" -eq 0 ]; then chown postgres "$folder" "$data"; fi
  as_postgres "$bin/initdb" -D "$data" -A trust -U soma -E UTF8 --no-locale >"$folder/initdb.log"
  as_postgres "$bin/pg_ctl" start -w -D "$data" -l "$data/server.log" \
    -o "-p $postgres_port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$data" >/dev/null
  postgres_is_up=yes
  sql postgres 'CREATE DATABASE somamemory'
}

soma() { SOMA_POSTGRES_URL=$database dotnet src/Soma/bin/Release/net10.0/soma.dll "$@"; }

start_soma() {
  SOMA_POSTGRES_URL=$database SOMA_API_PORT=$api_port SOMA_API_TOKEN=$token SOMA_RATE_LIMIT_MAX=0 SOMA_EMBEDDINGS=$1 \
    setsid dotnet src/Soma/bin/Release/net10.0/soma.dll serve >>"$folder/soma.log" 2>&1 &
  soma_pid=$!
  local _
  for _ in $(seq 1 300); do
    if curl -fsS -o /dev/null "$url/readyz" 2>/dev/null; then return 0; fi
    sleep 0.2
  done
  echo "the service is not ready; see $folder/soma.log" >&2
  return 1
}

stop_soma() {
  if [ -n "$soma_pid" ]; then
    kill -TERM "$soma_pid"
    wait "$soma_pid" || true
    soma_pid=''
  fi
}

stop() {
  trap '' INT TERM HUP
  stop_soma
  if [ -n "$postgres_is_up" ]; then as_postgres "$bin/pg_ctl" stop -w -m fast -D "$folder/postgres" >/dev/null; fi
  if [ -n "$is_temporary" ]; then rm -rf "$folder"; fi
}

bench() { dotnet bench/Soma.Bench/bin/Release/net10.0/Soma.Bench.dll "$@"; }

drill() { bench "$1" --url "$url" --token "$token" --namespaces "$namespaces" --memories "$memories" "${@:2}"; }

# Hashes every row of the log by its namespace's name. The namespace's id is left out, because a restore changes it.
log_hashes() {
  sql somamemory "SELECT n.name, count(*), md5(string_agg(md5((to_jsonb(l) - 'namespace_id')::text), '' ORDER BY l.seq))
    FROM soma.namespaces n JOIN soma.log l ON l.namespace_id = n.id GROUP BY n.name ORDER BY n.name" >"$1"
}

timed() {
  local started
  started=$(date +%s.%N)
  "${@:2}"
  say "$1: $(awk -v a="$started" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f s", b - a }')"
}

require_package postgresql 'the store of the drill' has_postgres
for project in src/Soma bench/Soma.Bench; do dotnet build "$project" -c Release -m:1 -v quiet -nologo; done
if [ -z "$folder" ]; then
  folder=$(mktemp -d)
  is_temporary=yes
fi
chmod 755 "$folder"
trap stop EXIT
trap 'exit 130' INT TERM HUP

start_postgres
start_soma fast
timed 'made through the service' drill drill-fill
stop_soma
timed 'vectors stored' bench drill-vectors --postgres "$database"
start_soma builtin
timed 'read before' drill drill-observe --out "$folder/before"
log_hashes "$folder/log-before"

timed 'backup, while the service runs' soma backup --to "$folder/backup"
stop_soma
timed 'verify the backup' soma verify --from "$folder/backup"
say "database $(sql somamemory "SELECT pg_size_pretty(pg_database_size('somamemory'))"), backup $(du -sh "$folder/backup" | cut -f1)"

# Remove one byte of the backup. The restore must then refuse it and leave the store unchanged.
part=$folder/backup/parts/000/000007.gz
cp "$part" "$folder/whole.gz"
truncate -s -1 "$part"
sql postgres 'DROP DATABASE somamemory'
sql postgres 'CREATE DATABASE somamemory'
status=0
soma restore --from "$folder/backup" || status=$?
[ "$status" -eq 30 ] || { echo "a damaged backup ended with $status instead of 30" >&2; exit 1; }
[ "$(sql somamemory "SELECT to_regclass('soma.log') IS NULL")" = t ] || { echo 'a damaged backup was written to the store' >&2; exit 1; }
cp "$folder/whole.gz" "$part"
say 'a damaged backup was refused, and nothing was written'

timed 'restore' soma restore --from "$folder/backup"
timed 'verify the store' soma verify --live
start_soma builtin
timed 'read after' drill drill-observe --out "$folder/after"
log_hashes "$folder/log-after"
diff -q "$folder/before" "$folder/after" >/dev/null || { echo 'payloads or searches differ' >&2; exit 1; }
diff -q "$folder/log-before" "$folder/log-after" >/dev/null || { echo 'the logs differ' >&2; exit 1; }
say "equal: $(awk '{ n += $2 } END { print n }' "$folder/after") payloads byte by byte, $((namespaces * 5)) searches, $(awk -F'|' '{ n += $2 } END { print n }' "$folder/log-after") rows of history"
