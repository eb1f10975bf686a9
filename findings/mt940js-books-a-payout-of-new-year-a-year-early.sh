#!/usr/bin/env bash
# A line of MT940 has its value date with the year and, behind it, the day of the entry
# without one. At the turn of the year they are of two years: 251231 0102 is the value of
# 31 December 2025, entered on 2 January 2026. mt940js and mt940-js give the entry the year
# of the value date: 2025-01-02, a year early, and 2026-12-31 for 260102 1231, in the
# future. It hurts who books payouts by the day of entry: the one of New Year is in a year
# that is closed. mt-940 for Python takes the nearest year.
#
# Guessed: 2026-01-02 and 2025-12-31; the opening and the closing date are stated, too.
# Seen, mt940js 1.3.5 and mt940-js 1.0.0: 2025-01-02 and 2026-12-31; mt-940 5.1.1 is right.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-fund --no-audit mt940js@1.3.5 mt940-js@1.0.0 tslib@2.8.1 >/dev/null
python3 -m venv env
env/bin/pip install -q mt-940==5.1.1
cat > statement.sta <<'STA'
:20:STATEMENT
:25:50010517/0123456789
:28C:1/1
:60F:C251231EUR1000,00
:61:2512310102C100,00NTRFNONREF
:86:166?00CREDIT?20payout
:61:2601021231D100,00NTRFNONREF
:86:177?00DEBIT?20payment
:62F:C260102EUR1000,00
-
STA
cat > show.cjs <<'JS'
const fs = require('fs');
const {Parser} = require('mt940js');
const {read} = require('mt940-js');
const file = fs.readFileSync('statement.sta');
const days = new Parser().parse(file.toString())[0].transactions
  .map((line) => line.entryDate.toISOString().slice(0, 10));
read(file).then(([statement]) => console.log(
  ...days, ...statement.transactions.map((line) => line.entryDate)));
JS
seen="$(node show.cjs) $(env/bin/python -c '
import mt940
print(*(line.data["entry_date"] for line in mt940.parse("statement.sta")))')"
echo "mt940js 1.3.5, mt940-js 1.0.0, mt-940 5.1.1, the days of entry of 251231 0102 and 260102 1231: $seen"
[ "$seen" = "2025-01-02 2026-12-31 2025-01-02 2026-12-31 2026-01-02 2025-12-31" ]
