#!/usr/bin/env bash
# num2words writes amounts in words, as invoices, receipts and cheques have them. In Turkish
# it takes a float rightly; given the same amount as a Decimal, the type that money is
# computed in, it writes "lira" and no number, without an error. The cents decide: amounts
# of whole lira, and those of .25, .50 and .75 (exact in a float), come out. Other languages
# write both types alike. It hurts who sells on amazon.com.tr and prints totals in words: 96
# of a hundred have none, and a test with 12.50 does not show it.
#
# Guessed: onikiliraotuzdörtkuruş for both types, as in German.
# Seen, num2words 0.5.14: that for 12.34 as float, "lira" for Decimal("12.34").
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -q num2words==0.5.14
cd "$folder"
seen=$(env/bin/python - <<'PY'
from decimal import Decimal

from num2words import num2words


def words(amount, lang="tr"):
    return num2words(amount, lang=lang, to="currency")


print(words(12.34), words(Decimal("12.34")), words(Decimal("12.50")), end=" ")
print(sum(words(Decimal(cents) / 100) == "lira" for cents in range(1200, 1300)), end=" ")
print(words(12.34, "de") == words(Decimal("12.34"), "de"))
PY
)
echo "num2words 0.5.14: 12.34 as float, as Decimal, Decimal 12.50; of 12.00 to 12.99 only 'lira'; German alike: $seen"
[ "$seen" = "onikiliraotuzdörtkuruş lira onikiliraellikuruş 96 True" ]
