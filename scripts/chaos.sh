#!/usr/bin/env bash
# Runs a cluster of real processes and injects one fault after the other (a killed owner, a cut connection, …), for longer than
# a test run can. It prints a summary.
# The exit status is 0 only if no promise was broken.
#
#   SOMA_CHAOS_MINUTES    how long it runs (15)
#   SOMA_CHAOS_RATE       operations a second (200)
#   SOMA_CHAOS_SEED       the seed for the order of the faults; default: a new one for each run, which is printed
#   SOMA_CHAOS_TLS        0: without TLS; default: clients, gateways, silos and Redis speak TLS
#   SOMA_CHAOS_FAULTS     only these faults, comma-separated, by the names that a run prints; default: all
#   SOMA_FAILOVER_KILLS   how many owners are killed to measure how long their namespaces pause (20)
#   SOMA_CHAOS_REPORT     a file to which the summary is appended
#   SOMA_CHAOS_LOGS       a folder in which the logs of the processes are kept
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/packages.sh
source scripts/packages.sh
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
export SOMA_CHAOS_MINUTES=${SOMA_CHAOS_MINUTES:-15} SOMA_FAILOVER_KILLS=${SOMA_FAILOVER_KILLS:-20}

require_package postgresql 'the store of the cluster' has_postgres
require_package redis-server 'the membership of the cluster' command -v redis-server
dotnet build tests/Soma.System.Tests -c Release -v quiet -nologo
dotnet test tests/Soma.System.Tests --no-build -c Release --nologo --logger 'console;verbosity=detailed' \
  --filter 'FullyQualifiedName~Chaos.ChaosTests|FullyQualifiedName~Clusters.DirectedFaultTests'
