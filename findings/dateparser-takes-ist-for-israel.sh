#!/usr/bin/env bash
# Reports of amazon.in write their times with IST. dateparser reads that as Israel's time
# (+02:00), not India's (+05:30), three and a half hours off, also when it is told the
# locale en-IN. PDT, BST, JST, MEZ and MEST of the other marketplaces it reads rightly.
#
# Guessed: +05:30, at least for en-IN; or no time zone, as it means three of them.
# Seen, dateparser 1.5.0: +02:00 in both cases.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -q dateparser==1.5.0
cd "$folder"
seen=$(env/bin/python - 2>/dev/null <<'PY'
import dateparser

text = "2026-04-05 15:33:10 IST"
for locales in (None, ["en-IN"]):
    print(dateparser.parse(text, locales=locales).strftime("%z"), end=" ")
for zone in ("PDT", "BST", "JST", "MEZ", "MEST"):
    print(dateparser.parse(f"2026-04-05 15:33:10 {zone}").strftime("%z"), end=" ")
PY
)
echo "dateparser 1.5.0: IST, IST of en-IN, PDT, BST, JST, MEZ, MEST: $seen"
[ "$seen" = "+0200 +0200 -0700 +0100 +0900 +0100 +0200 " ]
