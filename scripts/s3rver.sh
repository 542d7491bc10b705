#!/usr/bin/env bash
# Installs s3rver, a small server that speaks the protocol of S3, into .tools/s3rver: tests of backups start it. The versions are those
# of scripts/s3rver/package-lock.json. It needs npm, or apt to install it, and fails loudly if it can get neither.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/packages.sh
source scripts/packages.sh

folder=.tools/s3rver
if cmp -s scripts/s3rver/package-lock.json "$folder/installed.json"; then
  exit 0
fi
require_package nodejs 'the S3 server of the tests' command -v node
require_package npm 'getting the S3 server of the tests' command -v npm
rm -rf "$folder"
mkdir -p "$folder"
cp scripts/s3rver/package.json scripts/s3rver/package-lock.json "$folder"
if ! npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --silent; then
  echo 's3rver is needed (tests of backups to S3) and npm could not install it.' >&2
  exit 1
fi
# Last, so that an installation that was broken off is done again.
cp scripts/s3rver/package-lock.json "$folder/installed.json"
