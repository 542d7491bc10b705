#!/usr/bin/env bash
# Runs every test project, one after the other, because their servers and processes would compete for two cores.
# Last line: "N passed, N failed" (", N skipped" if any). The exit status is 0 only if nothing failed and every project
# ran tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/packages.sh
source scripts/packages.sh
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

passed=0
failed=0
skipped=0
failures=()

finish() {
  if [ "${#failures[@]}" -gt 0 ]; then
    [ ! -s "${results:-}/reasons.txt" ] || { printf '\nReasons:\n' && cut -c1-400 "$results/reasons.txt"; }
    printf '\nFailed:\n'
    printf '  %s\n' "${failures[@]}"
  fi
  local skips=''
  [ "$skipped" -eq 0 ] || skips=", $skipped skipped"
  printf '\n%d passed, %d failed%s\n' "$passed" "$failed" "$skips"
  [ "$failed" -eq 0 ]
}

# fail <what>: counts a problem that kept tests from running as one failure.
fail() {
  failures+=("$1")
  failed=$((failed + 1))
}

# counter <name> <trx file>
counter() {
  sed -nE "s/.*<Counters[^>]* $1=\"([0-9]+)\".*/\1/p" "$2" | head -n 1
}

# reasons <trx file>: prints at most 60 lines on why tests failed. They come last, because a log that is cut keeps its end.
reasons() {
  sed -nE '/<ErrorInfo>/,/<\/ErrorInfo>/{s/^ *<\/?(ErrorInfo|Message|StackTrace)>//g;s/<\/(Message|StackTrace)>$//;p}' "$1" | awk 'NR <= 60' >>"$results/reasons.txt"
}

run_project() {
  local project=$1 name trx status=0
  name=$(basename "$project")
  trx=$results/$name.trx
  printf '\n== %s\n' "$name"
  dotnet test "$project" --no-build -c Release --nologo --results-directory "$results" --logger "trx;LogFileName=$name.trx" \
    --logger 'console;verbosity=minimal' --filter 'Category!=Upgrade' --blame-hang-timeout 10m --blame-hang-dump-type none || status=$?
  if [ ! -f "$trx" ]; then
    fail "$name (no result: the test process did not finish)"
    return 0
  fi
  local total executed ok bad
  total=$(counter total "$trx")
  executed=$(counter executed "$trx")
  ok=$(counter passed "$trx")
  bad=$(counter failed "$trx")
  passed=$((passed + ${ok:-0}))
  failed=$((failed + ${bad:-0}))
  skipped=$((skipped + ${total:-0} - ${executed:-0}))
  while IFS= read -r test; do
    failures+=("$test")
  done < <(sed -nE '/<UnitTestResult .*outcome="Failed"/s/.* testName="([^"]*)".*/\1/p' "$trx")
  reasons "$trx"
  if [ "${executed:-0}" -eq 0 ]; then
    fail "$name (ran no test)"
  elif [ "$status" -ne 0 ] && [ "${bad:-0}" -eq 0 ]; then
    fail "$name (the test process ended with status $status)"
  fi
}

results=$PWD/TestResults
rm -rf "$results"
if ! { require_package postgresql 'tests of the Postgres store' has_postgres &&
  require_package redis-server 'tests of a cluster' command -v redis-server &&
  require_package python3 "the table's own script, which the tests compare with" command -v python3 &&
  require_package nodejs 'tests of the TypeScript library' command -v node && require_package npm 'tests of the TypeScript library' command -v npm &&
  require_package chromium 'the test of the explorer' command -v chromium &&
  scripts/s3rver.sh; }; then
  fail 'packages (see above)'
  finish
  exit 1
fi
# Before the build, because the gateway carries its files.
if ! scripts/ui.sh; then
  fail 'the explorer'
  finish
  exit 1
fi
if ! scripts/docs.sh; then
  fail 'the documentation as a site'
fi
if ! dotnet build Soma.sln -c Release -m:2 -v quiet -nologo; then
  fail 'build'
  finish
  exit 1
fi
for project in tests/*.Tests; do
  # These tests render the chart and need Helm from npm. `make test-chart` runs them.
  [ "$project" != tests/Soma.Deploy.Tests ] || continue
  run_project "$project"
done
finish
