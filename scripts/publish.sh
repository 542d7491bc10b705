#!/usr/bin/env bash
# Publishes soma as one file for each kind of machine: with the .NET runtime, the native libraries and the models inside.
#
#   scripts/publish.sh <folder> [version] [runtime]...      default: the version of Directory.Build.props, all runtimes
#
# Writes <folder>/soma-<version>-<runtime>[.exe]. At its first start such a file unpacks itself into ~/.net, or where DOTNET_BUNDLE_EXTRACT_BASE_DIR
# says. There is none for macOS on Intel, since ONNX Runtime has no library for it any more.
#
# Compiling the framework anew for each runtime, which is the default for one file (composite), did not end in nine minutes on two busy cores. What is compiled
# is Soma and its packages, as one version with the framework (--inputbubble): both lie in the file, so that neither can be exchanged without the other.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
folder=${1:?which folder} version=${2:-$(sed -nE 's|.*<Version>(.+)</Version>.*|\1|p' Directory.Build.props)}
runtimes=("${@:3}")
[ "${#runtimes[@]}" -gt 0 ] || runtimes=(linux-x64 linux-arm64 osx-arm64 win-x64 win-arm64)
mkdir -p "$folder"
if command -v npm >/dev/null; then
  scripts/ui.sh
else
  echo 'publish.sh: there is no npm here, so the files hold no explorer; /ui says so.' >&2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for runtime in "${runtimes[@]}"; do
  dotnet publish src/Soma -c Release -r "$runtime" --self-contained -o "$work/$runtime" -v quiet -nologo \
    -p:Version="$version" -p:RunAnalyzers=false -p:ContinuousIntegrationBuild=true -p:DebugType=none \
    -p:PublishReadyToRunComposite=false -p:PublishReadyToRunCrossgen2ExtraArgs=--inputbubble \
    -p:PublishSingleFile=true -p:IncludeAllContentForSelfExtract=true -p:EnableCompressionInSingleFile=true
  case $runtime in
    win-*) mv "$work/$runtime/soma.exe" "$folder/soma-$version-$runtime.exe" ;;
    *) mv "$work/$runtime/soma" "$folder/soma-$version-$runtime" ;;
  esac
  rm -rf "${work:?}/$runtime"
done
ls -l "$folder"
