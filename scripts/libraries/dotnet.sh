#!/usr/bin/env bash
# Packs the .NET libraries, which must have been built (Soma.sln, Release), and with the packages builds and runs the README's lines and the examples
# in folders of their own. The libraries' tests are in tests/Soma.System.Tests/Libraries.
#
#   SOMA_URL, SOMA_API_TOKEN    the service; without them the libraries are only packed
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/libraries/readme.sh
source scripts/libraries/readme.sh

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
repository=$PWD
version=$(sed -nE 's#.*<Version>(.*)</Version>.*#\1#p' Directory.Build.props)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for library in Soma.Client Soma.AgentFramework Soma.VectorData Soma.Aspire.Hosting; do
  dotnet pack "clients/dotnet/$library" -c Release --no-build -v quiet -o "$work/feed"
  listed=$(python3 -m zipfile -l "$work/feed/$library.$version.nupkg")
  for file in README.md LICENSE "lib/net10.0/$library.dll" "lib/net10.0/$library.xml"; do
    [[ $listed == *"$file "* ]] || { printf 'the package %s lacks %s:\n%s\n' "$library" "$file" "$listed" >&2; exit 1; }
  done
done
[ -n "${SOMA_URL:-}" ] || exit 0

# The packages of this build are never put where another build would find them; all others are taken from where they lie already.
usual=${NUGET_PACKAGES:-$HOME/.nuget/packages}
cat >"$work/nuget.config" <<END
<configuration>
  <config><add key="globalPackagesFolder" value="packages" /></config>
  <packageSources><add key="soma" value="feed" /></packageSources>
  <fallbackPackageFolders><add key="usual" value="$usual" /></fallbackPackageFolders>
</configuration>
END
unset NUGET_PACKAGES

# build <folder of an example>: builds a copy that uses the packages in the place of the projects.
build() {
  local name
  name=$(basename "$1")
  mkdir "$work/$name"
  cp "$repository/$1"/*.cs "$repository/$1"/*.csproj "$work/$name/"
  sed -i -E "s#<ProjectReference Include=\"[^\"]*/(Soma\.[A-Za-z.]+)\.csproj\" />#<PackageReference Include=\"\1\" Version=\"$version\" />#" "$work/$name"/*.csproj
  dotnet build "$work/$name" -c Release -v quiet -o "$work/built/$name"
}

build examples/chatbot-dotnet
build examples/agent-dotnet
rm "$work/chatbot-dotnet"/*.cs
for readme in README.md clients/dotnet/README.md; do
  first_lines csharp "$readme" >"$work/chatbot-dotnet/Readme.cs"
  dotnet build "$work/chatbot-dotnet" -c Release --no-restore -v quiet -o "$work/built/readme"
  shows_the_kettle "$readme" dotnet "$work/built/readme/chatbot.dll"
done
rm "$work/chatbot-dotnet/Readme.cs"
for page in "${pages_with_programs[@]}"; do
  scripts/libraries/pages.py program csharp "$page" >"$work/chatbot-dotnet/Page.cs"
  dotnet build "$work/chatbot-dotnet" -c Release --no-restore -v quiet -o "$work/built/page"
  dotnet "$work/built/page/chatbot.dll" | scripts/libraries/pages.py compare "$page"
done
scripts/libraries/converse.sh dotnet "$work/built/agent-dotnet/agent.dll"
scripts/libraries/converse.sh dotnet "$work/built/chatbot-dotnet/chatbot.dll"
