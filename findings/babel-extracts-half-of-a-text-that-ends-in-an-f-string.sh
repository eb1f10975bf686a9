#!/usr/bin/env bash
# Babel leaves out _(f"...{x}"), which no catalogue could translate. Of a text in two
# parts, _("Order of " f"{name} is late"), it extracts the first one as if it were all: a
# translator gets "Order of ", and no call ever asks for it. Nothing is printed. (Babel
# 2.9.1, which Odoo 17 asks for, ends with a NameError about the program's own variable
# instead, and what the file has before and behind is lost.)
#
# Guessed: that the whole text is left out, like one f-string.
# Seen, Babel 2.18.0: 'Order of ' and the plain texts around it; Babel 2.9.1: NameError.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > show.py <<'PY'
import io

from babel.messages.extract import extract

SOURCE = b'''
a = _("First")
b = _(f"Order of {name} is late")
c = _("Order of " f"{name} is late")
d = _("Last")
'''
try:
    print([message[1] for message in extract("python", io.BytesIO(SOURCE))])
except NameError as error:
    print(error)
PY
see() {
  python3 -m venv "env-$1"
  "env-$1/bin/pip" install -q "Babel==$1"
  "env-$1/bin/python" show.py
}
seen=$(see 2.18.0)
old=$(see 2.9.1)
echo "Babel 2.18.0: $seen; Babel 2.9.1: $old"
[ "$seen" = "['First', 'Order of ', 'Last']" ]
[ "$old" = "name 'name' is not defined" ]
