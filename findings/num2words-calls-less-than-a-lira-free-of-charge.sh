#!/usr/bin/env bash
# num2words writes each amount below one lira, 0.99 as well as 0, as "bedelsiz", Turkish for
# "free of charge": the kuruş are dropped and a thing is given away. In German, French and
# English the cents of such an amount are written. It hurts who bills small amounts in
# Turkey (a difference, the rest of a refund) with the amount in words.
#
# Guessed: doksandokuzkuruş, or sıfırliradoksandokuzkuruş.
# Seen, num2words 0.5.14: bedelsiz for 0.99 and 0.50 and 0, and words for 1.50.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -q num2words==0.5.14
cd "$folder"
seen=$(env/bin/python - <<'PY'
from num2words import num2words

for amount in (0.99, 0.50, 0.0, 1.50):
    print(num2words(amount, lang="tr", to="currency"), end="; ")
print(num2words(0.99, lang="de", to="currency"))
PY
)
echo "num2words 0.5.14: 0.99, 0.50, 0, 1.50 in Turkish, 0.99 in German: $seen"
[ "$seen" = "bedelsiz; bedelsiz; bedelsiz; birliraellikuruş; null Euro und neunundneunzig Cent" ]
