#!/usr/bin/env bash
# Packages the chart of a release: its version and that of the images are the release's, and its default images are those that were pushed.
#
#   scripts/release/chart.sh <version> <folder>      writes <folder>/somafractalmemory-<version>.tgz
#
#   GITHUB_REPOSITORY_OWNER    the account whose registry has the images
#   SOMA_HELM                  the helm to package with; default: helm
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
version=${1:?which version} folder=${2:?which folder}
images=$(scripts/release/images.sh)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# With what it links to: the alerts and the board lie in deploy/.
cp -rL helm "$work/helm"
sed -i -E "s|^(  repository: )soma$|\1$images|" "$work/helm/values.yaml"
grep -q "^  repository: $images\$" "$work/helm/values.yaml" || { echo 'chart.sh: values.yaml has no default image to replace.' >&2; exit 1; }
mkdir -p "$folder"
"${SOMA_HELM:-helm}" package "$work/helm" --version "$version" --app-version "$version" --destination "$folder"
