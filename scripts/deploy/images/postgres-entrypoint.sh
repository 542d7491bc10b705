#!/usr/bin/env bash
# Creates the database that POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB describe, if it does not exist, and then
# runs the server.
set -euo pipefail
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  user=${POSTGRES_USER:-postgres}
  initdb --username "$user" --pwfile <(printf '%s\n' "$POSTGRES_PASSWORD") --encoding UTF8 --locale C.UTF-8 \
    --auth-local trust --auth-host scram-sha-256 >/dev/null
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  pg_ctl --wait start --options "-c listen_addresses=''" >/dev/null
  if [ "${POSTGRES_DB:-$user}" != postgres ]; then
    createdb --username "$user" "${POSTGRES_DB:-$user}"
  fi
  pg_ctl --wait --mode fast stop >/dev/null
fi
exec "$@" -c listen_addresses='*'
