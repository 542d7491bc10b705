#!/usr/bin/env bash
# Runs the tests of the vector tier on a real Qdrant, in collections that they create and delete. `make test` runs the
# same tests on a stub. Tests that need a failing server run only there.
#
#   scripts/qdrant-check.sh http://host:6333      (SOMA_QDRANT_CHECK_API_KEY: its API key, if it has one)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
export SOMA_QDRANT_CHECK_URL=${1:-${SOMA_QDRANT_CHECK_URL:-}}

if [ -z "$SOMA_QDRANT_CHECK_URL" ]; then
  echo 'Which Qdrant? make qdrant-check URL=http://host:6333' >&2
  exit 2
fi
dotnet build tests/Soma.Grains.Tests -c Release -v quiet -nologo
dotnet test tests/Soma.Grains.Tests --no-build -c Release --nologo --logger 'console;verbosity=normal' \
  --filter 'FullyQualifiedName~Vectors.Qdrant.QdrantSuite'
