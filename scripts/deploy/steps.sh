# shellcheck shell=bash
# Sourced: runs one check after the other and counts them. A failed check does not stop the others.

steps_passed=0
steps_failed=0
steps_skipped=0
failed_steps=()

# step <what must hold> <command…>
step() {
  local what=$1
  shift
  printf '\n== %s\n' "$what"
  # Run the command in a subshell: `set -e` has no effect in a function that is called in a condition, so it would
  # continue after a failure.
  local status=0
  set +e
  (set -e; "$@")
  status=$?
  set -e
  if [ "$status" -eq 0 ]; then
    steps_passed=$((steps_passed + 1))
    return 0
  fi
  printf 'FAILED (%s): %s\n' "$status" "$what" >&2
  steps_failed=$((steps_failed + 1))
  failed_steps+=("$what")
}

# skip_step <what> <why>: prints that a step was skipped, and counts it.
skip_step() {
  printf '\n== %s\n#### SKIPPED: %s\n' "$1" "$2" >&2
  steps_skipped=$((steps_skipped + 1))
}

# finish_steps: prints "N passed, N failed" as the last line; returns 1 if any step failed.
finish_steps() {
  local step skips=''
  [ "$steps_failed" -eq 0 ] || printf '\nFailed:\n'
  for step in ${failed_steps[@]+"${failed_steps[@]}"}; do printf '  %s\n' "$step"; done
  [ "$steps_skipped" -eq 0 ] || skips=", $steps_skipped skipped"
  printf '\n%d passed, %d failed%s\n' "$steps_passed" "$steps_failed" "$skips"
  [ "$steps_failed" -eq 0 ]
}
