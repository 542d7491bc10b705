#!/usr/bin/env bash
# Checks formatting, analysers (the build treats them as errors), shell scripts, the chart, the compose file, workflows, YAML, links,
# the OpenAPI document, the clients generated from it and the client libraries. It changes nothing except .tools, where it installs the linters,
# and what clients/typescript builds and installs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/packages.sh
source scripts/packages.sh
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

require_package shellcheck 'lint of shell scripts' command -v shellcheck
shellcheck -x scripts/*.sh scripts/openapi/*.sh scripts/libraries/*.sh scripts/deploy/*.sh scripts/deploy/images/*.sh scripts/drills/*.sh scripts/release/*.sh .ci/run
scripts/libraries/check.sh
scripts/deploy/chart.sh lint
SOMA_DEPLOY_ONLY=lint SOMA_DEPLOY_DIR=.tools/deploy scripts/deploy/test-deploy.sh
dotnet build Soma.sln -c Release -m:2 -v quiet -nologo
SOMA_URL='' scripts/libraries/dotnet.sh
scripts/openapi/check.sh
dotnet format Soma.sln --no-restore --verify-no-changes
echo 'lint: clean'
