#!/usr/bin/env bash
# "import spapi" (Amazon's own SDK) configures the root logger of the whole process: it
# gets a handler and the level INFO. A program that calls logging.basicConfig() afterwards,
# as most do, finds it has no effect, and its own format and level are lost.
#
# Guessed: a library only makes loggers of its own.
# Seen, amzn-sp-api 1.13.0: one handler, level INFO, a later basicConfig is ignored.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -q amzn-sp-api==1.13.0
cd "$folder"
seen=$(env/bin/python - <<'PY'
import logging
before = (len(logging.root.handlers), logging.getLevelName(logging.root.level))
import spapi.client
after = (len(logging.root.handlers), logging.getLevelName(logging.root.level))
logging.basicConfig(level=logging.WARNING, format="mine: %(message)s")
print(*before, *after, logging.getLevelName(logging.root.level))
PY
)
echo "amzn-sp-api 1.13.0: handlers and level of the root logger before and after the import, level after our own basicConfig(WARNING): $seen"
[ "$seen" = "0 WARNING 1 INFO INFO" ]
