#!/usr/bin/env bash
# price-parser drops the sign of an amount: "-12,34 €" is 12.34, and so it is with the
# minus before the currency, behind the amount, and in the brackets of accountants. A
# column of payments and refunds that is read with it adds up to what was never paid.
#
# Guessed: -12.34, or None for what is no price.
# Seen, price-parser 0.5.1: 12.34 for each; there is no setting to keep the sign.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -q price-parser==0.5.1
cd "$folder"
seen=$(env/bin/python - <<'PY'
from price_parser import Price

print(*(Price.fromstring(text).amount for text in ("-12,34 €", "-$12.34", "12,34-", "($12.34)")))
PY
)
echo "price-parser 0.5.1: -12,34 € | -\$12.34 | 12,34- | (\$12.34): $seen"
[ "$seen" = "12.34 12.34 12.34 12.34" ]
