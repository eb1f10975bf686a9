#!/usr/bin/env bash
# Switzerland writes thousands with an apostrophe, and CLDR, and so each browser and Babel,
# with the typographic one: CHF 1’234.00. price-parser reads that as 1, without an error.
# With the apostrophe of a typewriter, CHF 1'234.00, it reads 1234.00.
#
# Guessed: 1234.00 for both (it reads blanks, thin blanks, points and commas rightly).
# Seen, price-parser 0.5.1 on what Babel 2.18.0 writes for de_CH: 1; by hand with ': 1234.00.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -q price-parser==0.5.1 Babel==2.18.0
cd "$folder"
seen=$(env/bin/python - <<'PY'
from decimal import Decimal

from babel.numbers import format_currency
from price_parser import Price

written = format_currency(Decimal("1234.00"), "CHF", locale="de_CH")
print(Price.fromstring(written).amount, Price.fromstring(written.replace("’", "'")).amount,
      Price.fromstring(format_currency(Decimal("1234.00"), "EUR", locale="fr_FR")).amount)
PY
)
echo "price-parser 0.5.1: 1234.00 of de_CH, the same with ', and of fr_FR: $seen"
[ "$seen" = "1 1234.00 1234.00" ]
