#!/usr/bin/env bash
# Talks with a chatbot of examples/ in three conversations, each a process of its own, and checks what it says: it remembers what it was told in an
# earlier conversation, and tells another user nothing of it.
#
#   converse.sh <command that runs the chatbot; the user's name is added>
#   SOMA_URL, SOMA_API_TOKEN    the service
set -euo pipefail

user=ada-$$-$RANDOM

# expect <user> <messages> <the lines that it must answer> <command…>
expect() {
  local who=$1 messages=$2 wanted=$3 said
  shift 3
  said=$(printf '%s\n' "$messages" | "$@" "$who")
  [ "$said" = "$wanted" ] || { printf 'told %s:\n%s\nwanted:\n%s\nsaid:\n%s\n' "$who" "$messages" "$wanted" "$said" >&2; exit 1; }
}

expect "$user" $'My bicycle is in the cellar of the house\nI like green tea best' $'I will remember that.\nI will remember that.' "$@"
expect "$user" $'Where is my bicycle?\nWhich tea do I like?' $'You told me: My bicycle is in the cellar of the house\nYou told me: I like green tea best' "$@"
expect "bob-$user" 'Where is my bicycle?' 'You have not told me yet.' "$@"
echo 'the chatbot remembers'
