#!/usr/bin/env bash
# Builds an older commit of this repository, starts a cluster of its processes, and upgrades it under load to this build, one process
# after the other. The exit status is 0 only if no request failed and no promise was broken.
#
#   upgrade.sh <commit>   the older build, e.g. the tag of the last release
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/packages.sh
source scripts/packages.sh
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

commit=${1:-}
[ -n "$commit" ] || { echo 'upgrade.sh: which commit is the older build? E.g. make test-upgrade FROM=v0.1.0' >&2; exit 2; }
folder=$(mktemp -d -t soma-upgrade-XXXXXX)
trap 'rm -rf "$folder"' EXIT
git archive "$commit" | tar -x -C "$folder"
dotnet build "$folder/src/Soma.Silo" -c Release -p:RunAnalyzers=false -v quiet -nologo
dotnet build "$folder/src/Soma.Gateway" -c Release -p:RunAnalyzers=false -v quiet -nologo

require_package postgresql 'the store of the cluster' has_postgres
require_package redis-server 'the membership of the cluster' command -v redis-server
dotnet build tests/Soma.System.Tests -c Release -v quiet -nologo
SOMA_OLDER_BUILD=$folder dotnet test tests/Soma.System.Tests --no-build -c Release --nologo --logger 'console;verbosity=detailed' --filter Category=Upgrade
