# shellcheck shell=bash
# Sourced: installs missing Debian or Ubuntu packages, and fails if it cannot. Otherwise tests without their servers
# would look as if they had passed.

# require_package <package> <what it is needed for> <command that succeeds if it is installed>
require_package() {
  local package=$1 purpose=$2
  shift 2
  if "$@" >/dev/null 2>&1; then
    return 0
  fi
  echo "installing $package ($purpose)" >&2
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    root=(sudo -n)
  fi
  if ! command -v apt-get >/dev/null || { [ "${#root[@]}" -gt 0 ] && ! command -v sudo >/dev/null; }; then
    echo "$package is needed ($purpose) and cannot be installed here: install it, then run this again." >&2
    return 1
  fi
  # RUNLEVEL=1 keeps the package from starting a server of its own, beside those that the tests start.
  if ! { "${root[@]}" apt-get update -qq && "${root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    apt-get install -y -qq --no-install-recommends "$package" >/dev/null; }; then
    echo "$package is needed ($purpose) and apt-get could not install it." >&2
    return 1
  fi
  "$@" >/dev/null 2>&1 || { echo "$package was installed, yet '$*' still fails." >&2; return 1; }
}

has_postgres() {
  [ -n "${PG_BIN:-}" ] && [ -x "$PG_BIN/initdb" ] && return 0
  command -v initdb >/dev/null && return 0
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}
