#!/usr/bin/env bash
# The suite of the vector tier on a live Qdrant, in collections of its own that it deletes again. The same tests run on a
# stand-in with every `make test`; those that make a server fail run there only.
#
#   scripts/qdrant-check.sh http://host:6333      (SOMA_QDRANT_CHECK_API_KEY: its key, if it wants one)
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
