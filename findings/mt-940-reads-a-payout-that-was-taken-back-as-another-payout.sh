#!/usr/bin/env bash
# A bank statement in MT940 marks what was credited and is taken back as RC, "reversal of
# credit": money goes out. mt-940 gives such a line a positive amount, like the credit
# itself, while the closing balance of the same statement says that it went down. D is
# negative as it should be, and RD, a debit that is taken back, positive.
#
# Guessed: -100.00 for RC, as the balance falls by it.
# Seen, mt-940 5.1.1: 100.00 for RC, and lines that no longer add up to the balance.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -q mt-940==5.1.1
cd "$folder"
seen=$(env/bin/python - <<'PY'
import mt940

STATEMENT = """:20:STATEMENT
:25:50010517/0123456789
:28C:1/1
:60F:C261102EUR1000,00
:61:2611021102{mark}100,00NTRFNONREF
:86:166?00CREDIT?20payout
:62F:C261102EUR{closing}
-
"""
for mark, closing in (("C", "1100,00"), ("D", "900,00"), ("RC", "900,00"), ("RD", "1100,00")):
    statement = mt940.parse(STATEMENT.format(mark=mark, closing=closing))
    opening, end = (
        statement.data[f"final_{name}_balance"].amount.amount for name in ("opening", "closing")
    )
    (line,) = statement
    amount = line.data["amount"].amount
    fits = "" if opening + amount == end else "!"
    print(f"{mark} {amount}{fits}", end="; ")
PY
)
echo "mt-940 5.1.1, lines of 100 (! = does not lead to the closing balance): $seen"
[ "$seen" = "C 100.00; D -100.00; RC 100.00!; RD 100.00; " ]
