# shellcheck shell=bash
# Sourced by scripts that need a Postgres server of their own on 127.0.0.1.

as_postgres() {
  # Postgres refuses to run as root.
  if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

postgres_bin() {
  if [ -n "${PG_BIN:-}" ]; then echo "$PG_BIN"; return; fi
  find /usr/lib/postgresql -maxdepth 3 -name pg_ctl 2>/dev/null | sort -V | tail -n 1 | xargs -r dirname | grep . ||
    dirname "$(command -v pg_ctl)"
}

# start_postgres <folder> <port>: starts a server of its own with a database somamemory, its data in <folder>/postgres.
start_postgres() {
  local folder=$1 port=$2
  local data=$folder/postgres
  local bin
  bin=$(postgres_bin)
  mkdir -p "$data"
  if [ "$(id -u)" -eq 0 ]; then chown postgres "$folder" "$data"; fi
  if [ ! -f "$data/PG_VERSION" ]; then
    as_postgres "$bin/initdb" -D "$data" -A trust -U soma -E UTF8 --no-locale >"$folder/initdb.log"
  fi
  as_postgres "$bin/pg_ctl" start -w -D "$data" -l "$data/server.log" \
    -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$data -c max_connections=200" >/dev/null
  if ! as_postgres "$bin/psql" -h 127.0.0.1 -p "$port" -U soma -d somamemory -c '' >/dev/null 2>&1; then
    as_postgres "$bin/createdb" -h 127.0.0.1 -p "$port" -U soma somamemory
  fi
}

# stop_postgres <folder>: returns when the server has ended.
stop_postgres() {
  as_postgres "$(postgres_bin)/pg_ctl" stop -w -m fast -D "$1/postgres" >/dev/null
}
