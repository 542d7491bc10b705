# shellcheck shell=bash
# Sourced by stack.sh: takes a backup of the running stack, wipes all volumes, restores, and compares everything.
: "${drill:?}"

take_backup() {
  load fill --out "$drill/fill" --memories 2400
  load dump --out "$drill/before.txt"
  compose exec -T silo soma backup --to /backups/drill
  compose exec -T silo soma verify --from /backups/drill --live
  rm -rf "$drill/backup"
  compose cp silo:/backups/drill "$drill/backup"
  du -sh "$drill/backup"
}

wipe() {
  compose down --volumes --timeout 60 >/dev/null 2>&1
  compose up -d --wait >/dev/null 2>&1
  answers 404 "$(api)/memories/1,2" -H 'Authorization: Bearer devtoken'
  echo 'new volumes, nothing in them'
}

restore_backup() {
  compose cp "$drill/backup" silo:/backups/drill
  compose exec -T silo soma restore --from /backups/drill
  load dump --out "$drill/after.txt"
  cmp "$drill/before.txt" "$drill/after.txt"
  nothing_lost
  echo 'every memory, link and search answer is as before'
}

step 'a backup of the running stack' take_backup
step 'all volumes wiped' wipe
step 'restored: every memory and answer as before' restore_backup
