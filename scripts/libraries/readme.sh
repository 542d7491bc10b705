# shellcheck shell=bash
# Sourced: takes the first lines that a README shows, so that a test can run them.

# first_lines <language> <file>: prints the file's first block of the language, be it a tab or not, for the service under test and in a namespace of its own.
first_lines() {
  awk -v begin="\`\`\`$1" '$0 == begin || index($0, begin " [") == 1 { inside = 1; next } /^```$/ && inside { exit } inside' "$2" |
    sed -e "s#http://127.0.0.1:9595#$SOMA_URL#" -e "s#devtoken#$SOMA_API_TOKEN#" -e "s#\"ada\"#\"readme-$$-$RANDOM\"#"
}

# shows_the_kettle <file> <command…>: what the lines must print.
shows_the_kettle() {
  local file=$1 said
  shift
  said=$("$@")
  [[ $said == *'@kettle] The kettle is in the blue cupboard' ]] || { printf 'the lines of %s print:\n%s\n' "$file" "$said" >&2; return 1; }
}

# The pages whose tabs are whole programs, one for each language.
# shellcheck disable=SC2034
pages_with_programs=(docs/tutorial.md docs/api.md docs/libraries.md)
