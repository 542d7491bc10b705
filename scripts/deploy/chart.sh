#!/usr/bin/env bash
# Tests the chart with Helm 3 and Helm 4. It needs apt, npm and the .NET SDK, and no cluster.
#
#   scripts/deploy/chart.sh [lint|template|test|readme]...     default: the first three
#
#   lint        `helm lint --strict` of each values file
#   template    renders each values file, and the packaged chart
#   readme      writes the table of values into helm/README.md
#   test        runs tests/Soma.Deploy.Tests: renders the chart with every combination of switches, checks each document against the
#               Kubernetes types and by rules, and renders against an API server that answers what runs already
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/deploy/helm-tools.sh
source scripts/deploy/helm-tools.sh
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# values-prod-cnpg.yaml is laid over values-prod-ha.yaml; Helm takes both after one --values, separated by a comma.
values=(helm/values.yaml helm/values-local-dev.yaml helm/values-prod-ha.yaml 'helm/values-prod-ha.yaml,helm/values-prod-cnpg.yaml')

# quietly <command…>: prints the command's output only if the command fails, because Helm warns about the links to
# deploy/ on every call.
quietly() {
  local output
  output=$("$@" 2>&1) || { printf '%s\n' "$output" >&2; return 1; }
}

lint() {
  local helm file
  for helm in "$SOMA_HELM3" "$SOMA_HELM"; do
    for file in "${values[@]}"; do
      quietly "$helm" lint --strict helm --values "$file"
      printf 'lint %s (%s): ok\n' "$file" "$("$helm" version --short)"
    done
  done
}

template() {
  local helm file folder documents
  folder=$(mktemp -d)
  for helm in "$SOMA_HELM3" "$SOMA_HELM"; do
    quietly "$helm" package helm --destination "$folder"
    for file in "${values[@]}"; do
      "$helm" template somafractalmemory "$folder"/somafractalmemory-*.tgz --values "$file" >"$folder/rendered.yaml"
      documents=$(grep -c '^kind: ' "$folder/rendered.yaml")
      printf 'template %s (%s, packaged): %d documents\n' "$file" "$("$helm" version --short)" "$documents"
    done
    rm "$folder"/somafractalmemory-*.tgz
  done
  rm -rf "$folder"
}

# run_tests [option of dotnet test]...
run_tests() {
  dotnet build tests/Soma.Deploy.Tests -c Release -m:1 -v quiet -nologo
  dotnet test tests/Soma.Deploy.Tests --no-build -c Release --nologo --logger 'console;verbosity=minimal' \
    --blame-hang-timeout 10m --blame-hang-dump-type none "$@"
}

get_helm_tools
for part in "${@:-lint template test}"; do
  for step in $part; do
    case $step in
      lint | template) "$step" ;;
      test) run_tests ;;
      readme) SOMA_WRITE_CHART_README=1 run_tests --filter 'FullyQualifiedName~DocumentationTests' ;;
      *)
        echo "chart.sh: there is no '$step'; lint, template, test or readme." >&2
        exit 2
        ;;
    esac
  done
done
