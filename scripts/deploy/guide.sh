# shellcheck shell=bash
# Sourced by test-deploy.sh: tests the commands of docs/deployment.md. Blocks marked `sh stack` are run in a copy of the
# repository. Of blocks marked `sh cluster` the parts that need no cluster are run: charts are rendered, secrets are
# created as a dry run, and every object that a command names must exist in the rendered chart. A line that this script
# does not know fails.
: "${folder:?}"
guide=$folder/guide
mkdir -p "$guide"

# guide_blocks <mark>: prints the commands in the blocks with this mark.
guide_blocks() { awk -v fence="\`\`\`sh $1" '$0 == fence { on = 1; next } /^```/ { on = 0 } on' docs/deployment.md; }

# Runs the guide's stack under its own project name and ports.
guide_on_the_stack() {
  : "${drill:?}"
  local copy=$guide/tree port=''
  rm -rf "$copy"
  mkdir -p "$copy"
  git ls-files -z --cached --others --exclude-standard | tar --null --files-from - --create --ignore-failed-read | tar --extract --directory "$copy"
  port=$(sed -nE 's/^API_PORT=//p' "$drill/env")
  sed -E '/^COMPOSE_PROJECT_NAME=/d; s/^SOMA_RATE_LIMIT_MAX=.*/SOMA_RATE_LIMIT_MAX=120/' "$drill/env" >"$copy/.env.template"
  guide_blocks stack | sed "s/127\.0\.0\.1:9595/127.0.0.1:$port/g" >"$copy/guide.sh"
  [ "$(wc -l <"$copy/guide.sh")" -ge 8 ]
  (
    cd "$copy"
    export COMPOSE_PROJECT_NAME=$COMPOSE_PROJECT_NAME-guide COMPOSE_FILE="docker-compose.yml:$drill/override.yml"
    status=0
    bash -euo pipefail -x guide.sh >"$guide/stack.log" 2>&1 || status=$?
    docker compose down --remove-orphans --volumes --timeout 20 >/dev/null 2>&1
    [ "$status" -eq 0 ] || { tail -n 30 "$guide/stack.log" >&2; exit "$status"; }
  )
  # Check the search's answer. The request that stored the memory contains the coordinate too, but not this text.
  grep -qF '"memories":[{"coord":"1.0,2.0"' "$guide/stack.log"
  echo "$(guide_blocks stack | wc -l) lines of the guide did what they say"
}

# named <kind/name>: succeeds if the chart, installed as in the guide, contains this object.
named() {
  local kind=${1%%/*} name=${1#*/}
  awk -v kind="$kind" -v name="$name" '
    /^---/ { k = n = "" }
    /^kind: / { k = tolower($2) }
    /^  name: / && n == "" { n = $2; gsub(/"/, "", n) }
    k == kind && n == name { found = 1 }
    END { exit !found }' "$guide/chart.yaml" || { echo "the guide names $1, which the chart does not make" >&2; return 1; }
}

guide_on_a_cluster() {
  local line words target lines=0
  # shellcheck source=scripts/deploy/helm-tools.sh
  source scripts/deploy/helm-tools.sh
  get_helm_tools
  "$SOMA_HELM" template somafractalmemory ./helm -f helm/values-prod-ha.yaml >"$guide/chart.yaml"
  while IFS= read -r line; do
    lines=$((lines + 1))
    read -ra words <<<"$line"
    case $line in
      'helm upgrade '*)
        line=${line/helm upgrade --install/helm template}
        line=${line/helm upgrade/helm template}
        bash -euo pipefail -c "\"$SOMA_HELM\" ${line#helm }" -- >"$guide/helm.out" 2>&1 || { cat "$guide/helm.out" >&2; return 1; }
        grep -q '^kind: StatefulSet' "$guide/helm.out"
        ;;
      'helm test somafractalmemory '* | 'helm rollback somafractalmemory '*)
        # The command itself needs a cluster, so only check that Helm knows its options.
        for target in "${words[@]:3}"; do
          case $target in -*) "$SOMA_HELM" "${words[1]}" --help | grep -qE -- "(^| )${target}[ ,]" ;; esac
        done
        ;;
      'kubectl '*' create '* | 'kubectl create '*)
        bash -euo pipefail -c "\"$SOMA_KUBECTL\" ${line#kubectl } --dry-run=client -o yaml" >/dev/null
        ;;
      'kubectl '*' rollout status '* | 'kubectl '*' port-forward '*)
        for target in "${words[@]}"; do
          case $target in */*) named "$target" ;; esac
        done
        ;;
      '') ;;
      *)
        echo "not known how to try: $line" >&2
        return 1
        ;;
    esac
  done < <(guide_blocks cluster)
  [ "$lines" -ge 6 ]
  echo "$lines lines of the guide: rendered, or made dry, and all that they name is there"
}
