# shellcheck shell=bash
# Sourced: provides a Docker engine with compose. If the machine's own engine answers, that one is used. Else an engine
# from Debian packages is started in a folder of its own, beside the machine's, and stopped at the end. Needs root and
# scripts/packages.sh.

# Process id of the engine that this script started; empty if it started none.
engine_pid=''

# get_compose <folder>: makes `docker compose config` work, which needs no engine.
get_compose() {
  export DOCKER_CONFIG=$1/config DOCKER_CLI_HINTS=false
  mkdir -p "$DOCKER_CONFIG/cli-plugins"
  require_package docker.io 'docker compose' command -v docker || return 1
  has_plugins || fetch_plugins "$1" || { echo 'docker compose and buildx are missing and cannot be had' >&2; return 1; }
}

# start_engine <folder>: makes `docker` and `docker compose` work. Returns 1 if no engine can run on this machine.
start_engine() {
  local folder=$1
  get_compose "$folder" || return 1
  if docker info >/dev/null 2>&1; then
    echo 'engine: the one of this machine' >&2
  else
    start_own_engine "$folder" || return 1
  fi
}

start_own_engine() {
  local folder=$1 _
  if [ "$(id -u)" -ne 0 ] || [ "$(uname -s)" != Linux ]; then
    echo 'engine: none answers, and only root on Linux can start one' >&2
    return 1
  fi
  require_package docker.io 'a Docker engine' command -v dockerd || return 1
  require_package iptables 'networks of containers' command -v iptables || return 1
  command -v docker >/dev/null || { echo 'engine: docker.io brought no docker client' >&2; return 1; }
  echo '{}' >"$folder/daemon.json"
  export DOCKER_HOST=unix://$folder/docker.sock
  # The address ranges are rarely used elsewhere. Ports are published on loopback unless a service says otherwise.
  setsid dockerd --config-file "$folder/daemon.json" --data-root "$folder/data" --exec-root "$folder/exec" -p "$folder/dockerd.pid" \
    -H "$DOCKER_HOST" --oom-score-adjust 0 --userland-proxy=false --ip 127.0.0.1 \
    --bip 172.29.0.1/24 --default-address-pool base=172.30.0.0/16,size=24 </dev/null >"$folder/dockerd.log" 2>&1 &
  engine_pid=$!
  for _ in $(seq 1 120); do
    if docker info >/dev/null 2>&1; then
      # If the folder was kept from an interrupted run, its containers would start again by themselves.
      docker ps --all --quiet | xargs -r docker rm --force --volumes >/dev/null
      docker volume ls --quiet | xargs -r docker volume rm --force >/dev/null
      echo "engine: $(docker version --format '{{.Server.Version}}'), started in $folder" >&2
      return 0
    fi
    kill -0 "$engine_pid" 2>/dev/null || break
    sleep 0.5
  done
  echo 'engine: dockerd does not start on this machine:' >&2
  tail -n 5 "$folder/dockerd.log" >&2
  stop_engine
  return 1
}

stop_engine() {
  [ -n "$engine_pid" ] || return 0
  kill -TERM "$engine_pid" 2>/dev/null || true
  wait "$engine_pid" 2>/dev/null || true
  engine_pid=''
}

has_plugins() {
  docker compose version >/dev/null 2>&1 && docker buildx version >/dev/null 2>&1
}

# Debian 12 has no compose v2. The programs in Debian 13's packages are static, so they run on Debian 12 too.
fetch_plugins() {
  local folder=$1 program
  fetch_debs "$folder/debs" docker-compose docker-buildx || return 1
  for program in docker-compose docker-buildx; do
    ln -sf "$(find "$folder/debs/root" -type f -name "$program" -perm -100 | head -n 1)" "$DOCKER_CONFIG/cli-plugins/$program"
  done
  has_plugins
}

# fetch_debs <folder> <package…>: unpacks packages of Debian 13 into <folder>/root without installing them.
fetch_debs() {
  local folder=$1
  shift
  [ -d "$folder/root" ] && return 0
  command -v apt-get >/dev/null || return 1
  mkdir -p "$folder"/{lists/partial,archives/partial,etc,root.new}
  : >"$folder/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${SOMA_DEBIAN_MIRROR:-http://deb.debian.org/debian} trixie main" \
    >"$folder/etc/sources.list"
  cat >"$folder/apt.conf" <<EOF
Dir::State::lists "$folder/lists";
Dir::State::status "$folder/status";
Dir::Cache::archives "$folder/archives";
Dir::Etc::sourcelist "$folder/etc/sources.list";
Dir::Etc::sourceparts "/dev/null";
APT::Sandbox::User "root";
EOF
  (
    cd "$folder/archives"
    export APT_CONFIG=$folder/apt.conf
    apt-get update -qq && apt-get download -qq "$@"
  ) || return 1
  local deb
  for deb in "$folder"/archives/*.deb; do dpkg -x "$deb" "$folder/root.new"; done
  mv "$folder/root.new" "$folder/root"
}
