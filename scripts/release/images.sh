#!/usr/bin/env bash
# Prints the name under which images are pushed, to which -silo and -gateway are added, e.g. ghcr.io/ada/soma. Workflows push under it, and a
# released chart pulls from it. The names do not depend on what a clone of the repository is called.
#
#   GITHUB_REPOSITORY_OWNER    the account whose registry it is
set -euo pipefail
# Registries take no capitals.
echo "ghcr.io/${GITHUB_REPOSITORY_OWNER,,}/soma"
