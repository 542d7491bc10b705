#!/usr/bin/env bash
# Runs the tests of the Python library against a service, builds its wheel, and talks with the example on what the wheel holds.
#
#   SOMA_URL, SOMA_API_TOKEN    the service; without them the wheel is only built
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/packages.sh
source scripts/packages.sh
# shellcheck source=scripts/libraries/readme.sh
source scripts/libraries/readme.sh

require_package python3 'the Python library' command -v python3
export PYTHONDONTWRITEBYTECODE=1
if [ -n "${SOMA_URL:-}" ]; then
  # The tests leave their clients to the garbage collector, which closes their connections.
  (cd clients/python && PYTHONPATH=src python3 -W ignore::ResourceWarning -m unittest discover -s tests -t .)
fi

# The system's own Python, because its packages can be installed where PyPI cannot be reached.
python=/usr/bin/python3
require_package python3-pip 'the wheel of the Python library' $python -m pip --version
require_package python3-setuptools 'the wheel of the Python library' $python -c 'import setuptools'
require_package python3-wheel 'the wheel of the Python library' $python -c 'import wheel'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r clients/python "$work/source"
$python -m pip wheel --no-deps --no-index --no-build-isolation --quiet --wheel-dir "$work" "$work/source"
mkdir "$work/installed"
(cd "$work/installed" && $python -m zipfile -e ../soma_memory-*.whl .)
[ -f "$work/installed/soma_memory/py.typed" ]
export PYTHONPATH=$work/installed
$python -c 'import soma_memory, pathlib; assert pathlib.Path(soma_memory.__file__).parts[-3] == "installed"'
[ -n "${SOMA_URL:-}" ] || exit 0
for readme in README.md clients/python/README.md; do
  first_lines python "$readme" >"$work/readme.py"
  shows_the_kettle "$readme" $python "$work/readme.py"
done
for page in "${pages_with_programs[@]}"; do
  scripts/libraries/pages.py program python "$page" >"$work/page.py"
  $python "$work/page.py" | scripts/libraries/pages.py compare "$page"
done
scripts/libraries/converse.sh $python examples/chatbot-python/chatbot.py
