# shellcheck shell=bash
# Sourced by test-deploy.sh: builds both images, runs the stack, and tests what happens to stacks in operation. On an
# engine that was started by engine.sh the base images are replacements made of Debian packages (local-images.sh), and
# Qdrant is the stub of the tests. Uses $folder, $engine_pid and step(). Everything is created under the project name
# below.
: "${folder:?}" "${steps_failed:=0}"

drill=$folder/drill
mkdir -p "$drill"
export COMPOSE_PROJECT_NAME=soma-drill-$$
# In compose the environment overrides .env, so a developer's own variables must not reach the test.
unset SOMA_API_TOKEN SOMA_API_TOKEN_FILE SOMA_POSTGRES_URL REDIS_URL QDRANT_URL SILO_REPLICAS LOG_LEVEL API_PORT

free_port() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }

make_environment() {
  sed -E -e '/^COMPOSE_PROJECT_NAME=/d' \
    -e "s/^API_PORT=.*/API_PORT=$(free_port)/" -e "s/^POSTGRES_HOST_PORT=.*/POSTGRES_HOST_PORT=$(free_port)/" \
    -e "s/^REDIS_HOST_PORT=.*/REDIS_HOST_PORT=$(free_port)/" -e "s/^QDRANT_HOST_PORT=.*/QDRANT_HOST_PORT=$(free_port)/" \
    -e "s/^PROMETHEUS_PORT=.*/PROMETHEUS_PORT=$(free_port)/" .env.template >"$drill/env"
  : >"$drill/override.yml"
  if [ -n "${engine_pid:-}" ]; then
    # Containers of a build may not be able to resolve names, so use the network of the machine.
    printf 'services:\n  silo: { build: { network: host } }\n  gateway: { build: { network: host } }\n' >"$drill/override.yml"
  else
    printf 'services: {}\n' >"$drill/override.yml"
  fi
}

compose() { docker compose --env-file "$drill/env" -f docker-compose.yml -f "$drill/override.yml" "$@"; }

# set_variable <name> <value>: changes .env as an operator would.
set_variable() { sed -i -E "s|^$1=.*|$1=$2|" "$drill/env"; }

api() { echo "http://127.0.0.1:$(sed -nE 's/^API_PORT=//p' "$drill/env")"; }

load() { node scripts/deploy/load.mjs "$1" --url "$(api)" --token devtoken "${@:2}"; }

silos() { compose ps --quiet silo; }

# wait_for_silos <count>: waits until exactly this many silos run and all are healthy.
wait_for_silos() {
  local wanted=$1 healthy='' _
  for _ in $(seq 1 180); do
    healthy=$(silos | xargs -r docker inspect --format '{{.State.Health.Status}}' | grep -c '^healthy$' || true)
    if [ "$healthy" -eq "$wanted" ] && [ "$(silos | wc -l)" -eq "$wanted" ]; then return 0; fi
    sleep 1
  done
  echo "$healthy of $wanted silos are healthy" >&2
  compose ps --all silo >&2
  return 1
}

# under_load <seconds at most> <command…>: runs the command while clients send requests; fails if a client saw an error.
under_load() {
  local seconds=$1 clients status=0 seen=0
  shift
  # Start node directly and not through the function, because the signal below must reach node itself.
  node scripts/deploy/load.mjs run --url "$(api)" --token devtoken --out "$drill/acknowledged.jsonl" --seconds "$seconds" \
    --rate "${SOMA_DRILL_RATE:-15}" >"$drill/load.log" 2>&1 &
  clients=$!
  sleep 3
  "$@" || status=$?
  sleep 5
  kill -TERM "$clients" 2>/dev/null || true
  wait "$clients" || seen=$?
  cat "$drill/load.log"
  [ "$status" -eq 0 ] && [ "$seen" -eq 0 ]
}

prepare_images() {
  if [ -n "${engine_pid:-}" ]; then
    scripts/deploy/local-images.sh "$folder/images"
  else
    compose pull --quiet --ignore-buildable
  fi
}

cold_start() {
  local from=$SECONDS log=$drill/up.log
  compose up -d --build --wait >"$log" 2>&1 || { tail -n 40 "$log" >&2; compose logs --tail 20 >&2; return 1; }
  curl -fsS "$(api)/memories" -H 'Authorization: Bearer devtoken' -H 'Content-Type: application/json' -d '{"coord":"1,2","payload":{"text":"first"}}'
  echo
  echo "docker compose up -d --build --wait, to the first stored memory: $((SECONDS - from)) s"
}

explorer_is_inside() {
  local page script
  page=$(curl -fsS "$(api)/ui")
  script=$(grep -oE '/ui/assets/[^"]+\.js' <<<"$page" | head -n 1)
  curl -fsS -o /dev/null -w "%{http_code} %{content_type} $script\n" "$(api)$script"
}

end_to_end() { make --no-print-directory test-e2e API_PORT="$(sed -nE 's/^API_PORT=//p' "$drill/env")"; }

# refused <code> <text> <service> <variable=value…>: checks that the process ends with this code and prints a line with
# this text.
refused() {
  local code=$1 text=$2 service=$3 status=0 variables=() variable
  shift 3
  for variable in "$@"; do variables+=(-e "$variable"); done
  # The name allows the container to be removed below. If it wrongly started, it would serve for ever.
  variables+=(--name "$COMPOSE_PROJECT_NAME-refused")
  compose run --rm --no-deps -T "${variables[@]}" "$service" >"$drill/refused.log" 2>&1 &
  local process=$! _
  for _ in $(seq 1 120); do kill -0 "$process" 2>/dev/null || break; sleep 1; done
  docker rm --force "$COMPOSE_PROJECT_NAME-refused" >/dev/null 2>&1 || true
  wait "$process" || status=$?
  if [ "$status" -ne "$code" ] || ! grep -qF "$text" "$drill/refused.log"; then
    echo "$service with $*: ended with $status and said:" >&2
    cat "$drill/refused.log" >&2
    return 1
  fi
  grep -F "$text" "$drill/refused.log"
}

wrong_values() {
  refused 10 SOMA_RATE_LIMIT_MAX gateway SOMA_RATE_LIMIT_MAX=few
  refused 10 SOMA_MAX_REQUEST_BODY_MB gateway SOMA_MAX_REQUEST_BODY_MB=much
  refused 10 REDIS_PORT gateway REDIS_PORT=0
  refused 10 SOMA_READ_LEASE_SECONDS silo SOMA_READ_LEASE_SECONDS=-1
  refused 10 SOMA_POSTGRES_URL silo SOMA_POSTGRES_URL=nonsense
  refused 10 SOMA_EMBEDDINGS silo SOMA_EMBEDDINGS=/no/such/model
  refused 14 database silo POSTGRES_PASSWORD=wrong
  refused 11 SOMA_EMBEDDINGS_API_KEY_FILE silo SOMA_EMBEDDINGS=http://127.0.0.1:1 SOMA_EMBEDDINGS_MODEL=m SOMA_EMBEDDINGS_API_KEY_FILE=/run/secrets/nothing
}

development_token() {
  compose logs gateway | grep -F "note: everyone on this machine can use the token 'devtoken'"
  refused 12 SOMA_API_TOKEN gateway SOMA_API_PUBLISHED_HOST=0.0.0.0
}

# answers <status> <curl argument…>: checks the status of an answer
answers() {
  local status
  status=$(curl -sS -o /dev/null -w '%{http_code}' "${@:2}")
  [ "$status" = "$1" ] || { echo "expected $1, was answered $status: ${*:2}" >&2; return 1; }
}

variables_change_what_they_say() {
  local key='Authorization: Bearer another' big
  set_variable SOMA_API_TOKEN another
  set_variable SOMA_RATE_LIMIT_MAX 3
  set_variable SOMA_MAX_REQUEST_BODY_MB 0.001
  set_variable SOMA_NAMESPACE elsewhere
  compose up -d --no-deps --wait gateway >/dev/null 2>&1
  answers 403 "$(api)/memories/1,2" -H 'Authorization: Bearer devtoken'
  answers 404 "$(api)/memories/1,2" -H "$key"
  big=$(head -c 2000 /dev/zero | tr '\0' x)
  answers 413 "$(api)/memories" -H "$key" -H 'Content-Type: application/json' -d "{\"payload\":{\"text\":\"$big\"}}"
  answers 404 "$(api)/memories/1,2" -H "$key"
  answers 404 "$(api)/memories/1,2" -H "$key"
  answers 429 "$(api)/memories/1,2" -H "$key"
  # Restore the settings. The rate limit stays off, because later steps send many requests.
  set_variable SOMA_API_TOKEN devtoken
  set_variable SOMA_RATE_LIMIT_MAX 0
  set_variable SOMA_MAX_REQUEST_BODY_MB 5
  set_variable SOMA_NAMESPACE ''
  compose up -d --no-deps --wait gateway >/dev/null 2>&1
  answers 200 "$(api)/memories/1,2" -H 'Authorization: Bearer devtoken'
  echo 'token, rate limit, body size and namespace do as .env says'
}

containers_are_hardened() {
  local id
  for id in $(compose ps --quiet silo gateway); do
    [ "$(docker inspect --format '{{.HostConfig.ReadonlyRootfs}} {{.Config.User}} {{.HostConfig.CapDrop}}' "$id")" = 'true 1654:1654 [ALL]' ]
    [ "$(docker exec "$id" sh -c 'id -u; touch /app/x 2>/dev/null || echo read-only' | xargs)" = '1654 read-only' ]
    # The program itself must be process 1, so that it receives the signals of the engine.
    [[ "$(docker exec "$id" cat /proc/1/comm)" == dotnet* ]]
  done
  compose exec -T silo soma --help >/dev/null
  compose exec -T silo ls /app/models/soma-fast/LICENSE /app/models/all-minilm-l6-v2/LICENSE /app/models/all-minilm-l6-v2/model.onnx
  docker image ls --format 'table {{.Repository}}:{{.Tag}}\t{{.Size}}' | grep -E 'soma-(silo|gateway)'
}

# scale_to <count>: changes the number of silos as in the guide, without restarting other containers.
scale_to() {
  compose up -d --no-recreate --scale "silo=$1" silo >/dev/null 2>&1
  wait_for_silos "$1"
  echo "$1 silos"
}

scale_1_to_3() { scale_to 3; }

scale_3_to_5_to_3() {
  scale_to 5
  sleep 5
  scale_to 3
}

# Kill the process without telling the engine, as in a crash: the engine has to notice it and start the container again.
kill_a_silo() {
  local victim pid
  victim=$(silos | head -n 1)
  pid=$(docker inspect --format '{{.State.Pid}}' "$victim")
  if ! { kill -KILL "$pid" 2>/dev/null || sudo -n kill -KILL "$pid" 2>/dev/null; }; then
    docker kill "$victim" >/dev/null
    docker start "$victim" >/dev/null
  fi
  echo "killed ${victim:0:12}"
  wait_for_silos 3
  [ "$(docker inspect --format '{{.RestartCount}}' "$victim")" -ge 1 ] || [ "$(docker inspect --format '{{.State.Pid}}' "$victim")" != "$pid" ]
}

nothing_lost() { load verify --out "$drill/acknowledged.jsonl"; }

stores_lost_and_back() {
  compose restart redis >/dev/null 2>&1
  wait_for_silos 3
  end_to_end
}

scraped() {
  local port _ up=''
  port=$(sed -nE 's/^PROMETHEUS_PORT=//p' "$drill/env")
  compose --profile observability up -d --no-deps prometheus >/dev/null 2>&1
  for _ in $(seq 1 60); do
    up=$(curl -fsS "http://127.0.0.1:$port/api/v1/query?query=up" 2>/dev/null | grep -o '"value":\[[0-9.]*,"1"\]' | wc -l || true)
    if [ "$up" -eq 4 ]; then break; fi
    sleep 1
  done
  [ "$up" -eq 4 ] || { echo "$up targets are up, not 3 silos and a gateway" >&2; return 1; }
  curl -fsS "http://127.0.0.1:$port/api/v1/rules" | grep -qF SomaNoSilo
  compose --profile observability rm --force --stop prometheus >/dev/null 2>&1
  echo '3 silos and the gateway are scraped, the alerts are loaded'
}

stops_gracefully() {
  local id
  compose stop gateway silo >/dev/null 2>&1
  for id in $(compose ps --all --quiet gateway silo); do
    [ "$(docker inspect --format '{{.State.ExitCode}}' "$id")" = 0 ] || { docker logs --tail 20 "$id" >&2; return 1; }
  done
  echo 'gateway and silos ended with 0'
  compose stop qdrant >/dev/null 2>&1
  if [ -n "${engine_pid:-}" ]; then
    # The stub ends with 1 if any request broke Qdrant's contract.
    [ "$(docker inspect --format '{{.State.ExitCode}}' "$(compose ps --all --quiet qdrant)")" = 0 ]
  fi
}

take_down() { compose --profile observability down --remove-orphans --volumes --timeout 20 >/dev/null 2>&1; }

run_stack() {
  step 'images to build from and to run on' prepare_images
  step 'one cold command to the first stored memory' cold_start
  if [ "$steps_failed" -gt 0 ] && ! curl -fsS "$(api)/readyz" >/dev/null 2>&1; then
    echo 'The stack did not come up: nothing further was tried.' >&2
    return 0
  fi
  step 'make test-e2e' end_to_end
  step 'the gateway serves the explorer' explorer_is_inside
  step 'the development token: a note on loopback, refused beyond' development_token
  step 'containers run as user 1654 on a read-only root, with soma and both models inside' containers_are_hardened
  step 'wrong values stop a process and are named' wrong_values
  step 'variables of .env change what they say' variables_change_what_they_say
  step 'silos 1 to 3 under load: no client sees an error' under_load 240 scale_1_to_3
  step 'a silo is killed under load: no client sees an error, it is started again' under_load 240 kill_a_silo
  step 'silos 3 to 5 to 3 under load: no client sees an error' under_load 400 scale_3_to_5_to_3
  step 'everything that was acknowledged is there' nothing_lost
  step 'Redis is restarted: the stack goes on' stores_lost_and_back
  step 'Prometheus sees all of them, and the alerts' scraped
  # shellcheck source=scripts/deploy/backup-drill.sh
  source scripts/deploy/backup-drill.sh
  # shellcheck source=scripts/deploy/tls-drill.sh
  source scripts/deploy/tls-drill.sh
  step 'SIGTERM ends them gracefully' stops_gracefully
  take_down
  step 'the guide, run as it stands there' guide_on_the_stack
}

make_environment
# shellcheck disable=SC2034 # read by whoever sourced this
stack_is_up=yes
run_stack
