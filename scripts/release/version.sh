#!/usr/bin/env bash
# Prints what a tag says, as outputs of a step: version=1.2.3 and prerelease=true|false. A tag that is no version is refused.
#
#   scripts/release/version.sh v1.2.3
set -euo pipefail
tag=${1:?which tag}
if ! [[ $tag =~ ^v([0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z]+(\.[0-9A-Za-z]+)*)?)$ ]]; then
  echo "version.sh: $tag is no version such as v1.2.3 or v1.2.3-rc.1." >&2
  exit 1
fi
echo "version=${BASH_REMATCH[1]}"
echo "prerelease=$([ -n "${BASH_REMATCH[2]}" ] && echo true || echo false)"
