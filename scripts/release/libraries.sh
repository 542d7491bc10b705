#!/usr/bin/env bash
# Packs the libraries of a release under its version.
#
#   scripts/release/libraries.sh <folder> <version>      writes <folder>/npm/*.tgz, <folder>/pypi/*.whl and <folder>/nuget/*.nupkg
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/packages.sh
source scripts/packages.sh
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
folder=${1:?which folder} version=${2:?which version}
mkdir -p "$folder/npm" "$folder/pypi" "$folder/nuget"
folder=$(cd "$folder" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp -r clients/typescript "$work/typescript"
(
  cd "$work/typescript"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
  npm version "$version" --no-git-tag-version --allow-same-version >/dev/null
  npm run build --silent
  npm pack --ignore-scripts --loglevel=error --pack-destination "$folder/npm" >/dev/null
)

# The system's own Python, because its packages can be installed where PyPI cannot be reached. PyPI writes 1.2.3-rc.1 as 1.2.3rc1.
python=/usr/bin/python3
require_package python3-pip 'the wheel of the Python library' $python -m pip --version
require_package python3-setuptools 'the wheel of the Python library' $python -c 'import setuptools'
require_package python3-wheel 'the wheel of the Python library' $python -c 'import wheel'
cp -r clients/python "$work/python"
sed -i -E "s/^version = \".*\"$/version = \"$(sed -E 's/-([A-Za-z]+)\.?([0-9]+)/\1\2/' <<<"$version")\"/" "$work/python/pyproject.toml"
$python -m pip wheel --no-deps --no-index --no-build-isolation --quiet --wheel-dir "$folder/pypi" "$work/python"

for library in Soma.Client Soma.AgentFramework Soma.VectorData Soma.Aspire.Hosting; do
  dotnet pack "clients/dotnet/$library" -c Release -o "$folder/nuget" -v quiet -nologo -p:Version="$version" -p:RunAnalyzers=false -p:ContinuousIntegrationBuild=true
done
ls -l "$folder/npm" "$folder/pypi" "$folder/nuget"
