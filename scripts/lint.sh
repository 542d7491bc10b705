#!/usr/bin/env bash
# Formatting, analysers (as errors, by the build) and shell scripts. Changes nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/packages.sh
source scripts/packages.sh
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

require_package shellcheck 'lint of shell scripts' command -v shellcheck
shellcheck -x scripts/*.sh scripts/deploy/*.sh scripts/deploy/images/*.sh .ci/run
dotnet build Soma.sln -c Release -m:2 -v quiet -nologo
dotnet format Soma.sln --no-restore --verify-no-changes
echo 'lint: clean'
