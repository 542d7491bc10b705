# shellcheck shell=bash
# Sourced by stack.sh: the same stack over TLS. Clients speak HTTPS, and gateways and silos know each other by certificates of an
# authority that is made here. Uses $drill, compose(), set_variable() and step().
: "${drill:?}"

tls=$drill/secrets

# issue <name> <authority>: a certificate for localhost that its holder may present as a server and as a client.
issue() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" -keyout "$tls/$1.key" -out "$tls/$1.csr" 2>/dev/null
  printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n' >"$tls/$1.ext"
  openssl x509 -req -in "$tls/$1.csr" -CA "$tls/$2.crt" -CAkey "$drill/$2.key" -CAcreateserial -days 2 -extfile "$tls/$1.ext" -out "$tls/$1.crt" 2>/dev/null
}

make_certificates() {
  local authority
  require_package openssl 'certificates of the drill' command -v openssl
  mkdir -p "$tls"
  cp "$drill/env" "$drill/env.plain"
  cp "$drill/override.yml" "$drill/override.plain.yml"
  for authority in ca other-ca; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=$authority" -keyout "$drill/$authority.key" \
      -out "$tls/$authority.crt" 2>/dev/null
  done
  issue service ca
  issue cluster ca
  issue stranger other-ca
  # Containers run as another user. The keys are worth nothing after the drill.
  chmod -R a+rX "$tls"
  {
    printf 'services:\n'
    for service in gateway silo; do
      printf '  %s:\n    volumes: [{ type: bind, source: %s, target: /run/secrets, read_only: true }]\n' "$service" "$tls"
      [ -z "${engine_pid:-}" ] || printf '    build: { network: host }\n'
    done
  } >"$drill/override.yml"
  set_variable SOMA_TLS_CERT_FILE /run/secrets/service.crt
  set_variable SOMA_TLS_KEY_FILE /run/secrets/service.key
  set_variable SOMA_CLUSTER_TLS_CERT_FILE /run/secrets/cluster.crt
  set_variable SOMA_CLUSTER_TLS_KEY_FILE /run/secrets/cluster.key
  set_variable SOMA_CLUSTER_TLS_CA_FILE /run/secrets/ca.crt
}

api_over_tls() { echo "https://127.0.0.1:$(sed -nE 's/^API_PORT=//p' "$drill/env")"; }

over_tls() {
  local ask=(curl -sS --cacert "$tls/ca.crt" -H 'Authorization: Bearer devtoken' -H 'Content-Type: application/json')
  make_certificates
  # All change over together: one with TLS and one without cannot talk.
  compose stop gateway silo >/dev/null 2>&1
  compose up -d --wait silo gateway >"$drill/tls.log" 2>&1 || { tail -n 20 "$drill/tls.log" >&2; compose logs --tail 20 silo gateway >&2; return 1; }
  "${ask[@]}" --fail "$(api_over_tls)/memories" -d '{"id":"over-tls","payload":{"text":"the kettle stands in the blue cupboard"}}' >/dev/null
  "${ask[@]}" --fail "$(api_over_tls)/memories/search" -d '{"query":"where is the kettle?"}' | grep -qF 'blue cupboard'
  # Stored before the change, without TLS.
  "${ask[@]}" --fail "$(api_over_tls)/memories/1,2" | grep -qF first
  if curl -sS "$(api_over_tls)/ping" 2>/dev/null; then echo 'a client without the authority was let in' >&2; return 1; fi
  if curl -sS "$(api)/ping" 2>/dev/null; then echo 'a client without TLS was answered' >&2; return 1; fi
  compose exec -T gateway dotnet Soma.Gateway.dll --health >/dev/null
  echo 'stored and found over HTTPS, through gateways and silos that know each other by certificates'
}

# stranger <what> <variable=value…>: starts one more gateway, which must reach no silo.
stranger() {
  local what=$1 variables=() variable _
  shift
  for variable in "$@"; do variables+=(-e "$variable"); done
  compose run --detach --no-deps --name "$COMPOSE_PROJECT_NAME-stranger" "${variables[@]}" gateway >/dev/null 2>&1
  for _ in $(seq 1 60); do
    if docker logs "$COMPOSE_PROJECT_NAME-stranger" 2>&1 | grep -qF 'No silo is reached yet (attempt 2'; then break; fi
    sleep 1
  done
  docker logs "$COMPOSE_PROJECT_NAME-stranger" 2>&1 | grep -qF 'No silo is reached yet (attempt 2'
  if docker exec "$COMPOSE_PROJECT_NAME-stranger" dotnet Soma.Gateway.dll --health >/dev/null 2>&1; then
    echo "a gateway $what reaches the silos" >&2
    return 1
  fi
  docker rm --force "$COMPOSE_PROJECT_NAME-stranger" >/dev/null 2>&1
  echo "a gateway $what reaches no silo"
}

strangers_stay_out() {
  stranger 'without a certificate' SOMA_CLUSTER_TLS_CERT_FILE= SOMA_CLUSTER_TLS_KEY_FILE= SOMA_CLUSTER_TLS_CA_FILE=
  stranger 'of another authority' SOMA_CLUSTER_TLS_CERT_FILE=/run/secrets/stranger.crt SOMA_CLUSTER_TLS_KEY_FILE=/run/secrets/stranger.key
}

# The steps that follow start containers without TLS.
back_to_plain() {
  [ ! -f "$drill/env.plain" ] || cp "$drill/env.plain" "$drill/env"
  [ ! -f "$drill/override.plain.yml" ] || cp "$drill/override.plain.yml" "$drill/override.yml"
}

step 'the stack over TLS: clients by HTTPS, gateways and silos by certificates' over_tls
step 'gateways without a certificate of the cluster reach no silo' strangers_stay_out
back_to_plain
