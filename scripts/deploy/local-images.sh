#!/usr/bin/env bash
# Builds replacements for the images that the stack is built from and runs on, under their official names, from Debian
# packages and this machine's .NET. It is for an engine that cannot reach a registry. Never run it on an engine that you
# use for anything else, because that engine would then hold images that are not what their names say.
#
#   scripts/deploy/local-images.sh <folder for intermediate files>
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
repository=$PWD
# shellcheck source=scripts/packages.sh
source scripts/packages.sh
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
folder=${1:?which folder?}
recipes=$repository/scripts/deploy/images
mkdir -p "$folder"

has_image() { docker image inspect "$1" >/dev/null 2>&1; }

# built <image> <Dockerfile> <context> [option…]: builds with the network of the machine, because containers may not be
# able to resolve names.
built() {
  local image=$1 dockerfile=$2 context=$3
  shift 3
  docker build --quiet --network host --tag "$image" --file "$recipes/$dockerfile" "$@" "$context" >/dev/null
  echo "$image: made here" >&2
}

# Prints the image names from the Dockerfiles, so that each name is written in one place only.
from() { sed -nE "s|^FROM (--platform=[^ ]+ )?([^ ]*$1[^ ]*).*|\2|p" Dockerfile.silo | head -n 1; }
composed() { docker compose --profile observability config --images | grep -E "^$1:" | head -n 1; }

make_debian() {
  has_image debian:trixie-slim && return 0
  require_package debootstrap 'a root file system of Debian' command -v debootstrap
  rm -rf "$folder/trixie"
  debootstrap --variant=minbase trixie "$folder/trixie" "${SOMA_DEBIAN_MIRROR:-http://deb.debian.org/debian}" >"$folder/debootstrap.log"
  # Leave out caches and documentation, as the official image does.
  tar -C "$folder/trixie" --exclude='./var/cache/apt/*' --exclude='./var/lib/apt/lists/*' --exclude='./usr/share/doc/*' \
    --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' --exclude='./usr/share/info/*' -c . | docker import - debian:trixie-slim >/dev/null
  rm -rf "$folder/trixie"
  echo 'debian:trixie-slim: made here' >&2
}

# dotnet_context <folder> <part of the SDK's folder…>
dotnet_context() {
  local context=$1 dotnet
  shift
  dotnet=$(dirname "$(readlink -f "$(command -v dotnet)")")
  rm -rf "$context"
  mkdir -p "$context"/{dotnet,nuget,certificates}
  local part
  for part in "$@"; do cp -a "$dotnet/$part" "$context/dotnet/"; done
  find /usr/local/share/ca-certificates -name '*.crt' -exec cp {} "$context/certificates/" \; 2>/dev/null || true
  cp "${HOME:-/root}"/.nuget/NuGet/NuGet.Config "$context/nuget/" 2>/dev/null || true
}

make_dotnet() {
  local aspnet sdk
  aspnet=$(from aspnet)
  sdk=$(from sdk)
  if ! has_image "$aspnet"; then
    dotnet_context "$folder/aspnet" dotnet host shared
    built "$aspnet" dotnet.Dockerfile "$folder/aspnet"
  fi
  if ! has_image "$sdk"; then
    dotnet_context "$folder/sdk" dotnet host shared sdk sdk-manifests packs templates
    built "$sdk" dotnet.Dockerfile "$folder/sdk"
  fi
}

make_node() {
  local image context=$folder/node
  image=$(from node)
  has_image "$image" && return 0
  mkdir -p "$context/certificates"
  find /usr/local/share/ca-certificates -name '*.crt' -exec cp {} "$context/certificates/" \; 2>/dev/null || true
  built "$image" node.Dockerfile "$context" --build-arg REGISTRY="$(npm config get registry)"
}

make_qdrant() {
  local image
  image=$(composed qdrant/qdrant)
  has_image "$image" && return 0
  dotnet_context "$folder/qdrant" dotnet host shared
  dotnet publish tests/Soma.QdrantStandIn -c Release -v quiet -nologo -m:1 -o "$folder/qdrant/app"
  rm -rf "$folder/qdrant/app/models"
  built "$image" qdrant.Dockerfile "$folder/qdrant"
}

make_store() {
  local image
  image=$(composed "$1")
  has_image "$image" || built "$image" "$2" "$recipes"
}

make_debian
make_dotnet
make_node
make_store postgres postgres.Dockerfile
make_store redis redis.Dockerfile
make_store prom/prometheus prometheus.Dockerfile
make_qdrant
echo 'These look-alikes are made of Debian packages and this machine'\''s .NET. Qdrant is NOT Qdrant but the stand-in of the tests.' >&2
