#!/usr/bin/env bash
# "GMT+01:00" behind a time, as Java, JavaScript and reports of settlements write it, is
# an hour before Greenwich for dateutil's parser: -01:00, two hours off for Berlin. For
# dateutil's own tz.tzstr() the same text is +01:00, and so is "+01:00" without GMT for
# the parser.
#
# Guessed: +01:00 everywhere.
# Seen, python-dateutil 4.0.0 (2.9.0.post0 likewise): -01:00 by parser.parse, +01:00 by tz.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -q python-dateutil==4.0.0
cd "$folder"
seen=$(env/bin/python - <<'PY'
from datetime import datetime

from dateutil import parser, tz

for text in ("GMT+01:00", "UTC+1", "+01:00"):
    print(text, parser.parse(f"2026-01-31 10:00:00 {text}").strftime("%z"), end="; ")
print("tz.tzstr", datetime(2026, 1, 31, 10, tzinfo=tz.tzstr("GMT+01:00")).strftime("%z"))
PY
)
echo "python-dateutil 4.0.0: parsed $seen"
[ "$seen" = "GMT+01:00 -0100; UTC+1 -0100; +01:00 +0100; tz.tzstr +0100" ]
