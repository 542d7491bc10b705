#!/usr/bin/env bash
# Builds the TypeScript library, runs its tests against a service, packs it, installs the package into a folder of its own, and talks with the
# example that is built there. Needs Node 20 or later and npm, and fetches the packages of clients/typescript/package-lock.json.
#
#   SOMA_URL, SOMA_API_TOKEN    the service; without them the library is only built and packed
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/packages.sh
source scripts/packages.sh
# shellcheck source=scripts/libraries/readme.sh
source scripts/libraries/readme.sh

require_package nodejs 'the TypeScript library' command -v node
require_package npm 'the TypeScript library' command -v npm
require_package python3 'the programs of the documentation' command -v python3
repository=$PWD
library=$PWD/clients/typescript
example=$PWD/examples/chatbot-typescript
converse=$PWD/scripts/libraries/converse.sh

cd "$library"
# The lock is kept beside what it installed, so that nothing is fetched twice.
if ! cmp -s package-lock.json node_modules/.installed-lock; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
  cp package-lock.json node_modules/.installed-lock
fi
rm -rf dist test/built
npx --no-install tsc -p .
npx --no-install tsc -p test
if [ -n "${SOMA_URL:-}" ]; then
  node --test --test-reporter=spec test/built/
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm pack --ignore-scripts --loglevel=error --pack-destination "$work" >/dev/null
cp "$example"/* "$work/"
cd "$work"
# npm resolves the example's development packages too, although it leaves them out: an empty cache has to ask for them.
npm install --omit=dev --prefer-offline --ignore-scripts --no-audit --no-fund --loglevel=error ./soma-memory-*.tgz >/dev/null
[ -f node_modules/soma-memory/dist/langgraph.d.ts ] && [ -f node_modules/soma-memory/LICENSE ]
# Nothing but the library may be needed to use it.
[ "$(ls node_modules)" = soma-memory ]
"$library/node_modules/.bin/tsc" -p . --typeRoots "$library/node_modules/@types"
[ -n "${SOMA_URL:-}" ] || exit 0
for readme in "$repository/README.md" "$library/README.md"; do
  first_lines ts "$readme" >readme.js
  shows_the_kettle "$readme" node readme.js
done
for page in "${pages_with_programs[@]}"; do
  "$repository/scripts/libraries/pages.py" program ts "$repository/$page" >page.ts
  "$library/node_modules/.bin/tsc" -p . --typeRoots "$library/node_modules/@types"
  node page.js | "$repository/scripts/libraries/pages.py" compare "$repository/$page"
done
"$converse" node chatbot.js
