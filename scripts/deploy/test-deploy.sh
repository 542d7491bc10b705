#!/usr/bin/env bash
# Tests everything that is deployed, as far as this machine allows. It renders and checks the chart, and lints
# workflows, scripts, YAML and links. If a Docker engine answers or can be started, it also builds both images and runs
# the whole stack through kills, scaling, backup and restore. It needs only apt and npm. The last line is "N passed, N
# failed".
#
#   SOMA_DEPLOY_DIR    folder for engine, images and tools; default: a temporary folder that is deleted. A kept folder makes the next run faster.
#   SOMA_DEPLOY_ONLY   chart, lint or stack: runs only this part
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/packages.sh
source scripts/packages.sh
# shellcheck source=scripts/deploy/engine.sh
source scripts/deploy/engine.sh
# shellcheck source=scripts/deploy/steps.sh
source scripts/deploy/steps.sh

folder=${SOMA_DEPLOY_DIR:-}
is_temporary=''
stack_is_up=''
if [ -z "$folder" ]; then
  folder=$(mktemp -d -t soma-deploy-XXXXXX)
  is_temporary=yes
fi
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

clean_up() {
  trap '' INT TERM HUP
  [ -z "$stack_is_up" ] || take_down || true
  stop_engine
  [ -z "$is_temporary" ] || rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP
only=${SOMA_DEPLOY_ONLY:-all}

wants() { [ "$only" = all ] || [ "$only" = "$1" ]; }

require_package nodejs 'linters, and the clients of the drill' command -v node
require_package curl 'asking the service' command -v curl
# shellcheck source=scripts/deploy/guide.sh
source scripts/deploy/guide.sh
if wants chart; then
  step 'the chart renders, and every document of it is right' scripts/deploy/chart.sh
  step 'the guide, as far as it needs no cluster' guide_on_a_cluster
fi
if wants lint; then
  get_compose "$folder/engine"
  # shellcheck source=scripts/deploy/lint.sh
  source scripts/deploy/lint.sh
fi
if wants stack; then
  if start_engine "$folder/engine"; then
    # shellcheck source=scripts/deploy/stack.sh
    source scripts/deploy/stack.sh
  else
    skip_step 'the stack, built and run' 'no Docker engine answers here and none can be started; NOTHING below was built or run.'
  fi
fi
finish_steps
