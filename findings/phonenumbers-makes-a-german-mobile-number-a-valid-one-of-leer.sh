#!/usr/bin/env bash
# Numbers come in the international form without its plus: 49 176 04069012 (a
# German number kept for films), 1 213 442 1463. With the buyer's country as region,
# phonenumbers takes the country code off for the USA, Italy, Spain, the Netherlands,
# Poland, Sweden. For Germany it does not, as 0491 is the town of Leer: the result has 49
# twice, and is_valid_number() says that it is valid.
#
# Guessed: +49 176 ... as for the other countries, or a number that is not valid.
# Seen, phonenumbers 9.0.43: +494917604069012, valid. The ports to other languages have the
# same rules: libphonenumber-js 1.13.16 says the same.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -q phonenumbers==9.0.43
cd "$folder"
seen=$(env/bin/python - <<'PY'
import phonenumbers

for text, region in (("4917604069012", "DE"), ("12134421463", "US"), ("393401234567", "IT")):
    number = phonenumbers.parse(text, region)
    print(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
          phonenumbers.is_valid_number(number), end="; ")
PY
)
echo "phonenumbers 9.0.43: 4917604069012 of DE, 12134421463 of US, 393401234567 of IT: $seen"
[ "$seen" = "+494917604069012 True; +12134421463 True; +393401234567 True; " ]
