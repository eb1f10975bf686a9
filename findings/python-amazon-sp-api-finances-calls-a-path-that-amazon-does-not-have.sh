#!/usr/bin/env bash
# Finances().list_transactions() of python-amazon-sp-api calls /finances/v0/transactions:
# the class takes its oldest version unless told otherwise, and every version offers the
# operations of all. Amazon's models have listTransactions at
# /finances/2024-06-19/transactions only; of v0 they know groups and events.
#
# Guessed: /finances/2024-06-19/transactions, or no such method on the class of v0.
# Seen, python-amazon-sp-api 2.1.35: GET /finances/v0/transactions.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -q python-amazon-sp-api==2.1.35
cd "$folder"
seen=$(env/bin/python - 2>/dev/null <<'PY'
import httpx

asked = []

def answer(_transport, request):
    asked.append(f"{request.method} {request.url.path}")
    if "/auth/" in request.url.path:
        body = {"access_token": "a", "expires_in": 3600, "token_type": "bearer", "refresh_token": "r"}
    else:
        body = {"payload": {"transactions": []}}
    return httpx.Response(200, json=body)

httpx.HTTPTransport.handle_request = answer
from sp_api.api import Finances
from sp_api.base import Marketplaces

keys = {"lwa_app_id": "i", "lwa_client_secret": "s", "refresh_token": "r"}
Finances(Marketplaces.DE, credentials=keys).list_transactions(postedAfter="2026-11-01T00:00:00Z")
print(asked[-1])
PY
)
echo "python-amazon-sp-api 2.1.35: Finances().list_transactions() asks for $seen"
[ "$seen" = "GET /finances/v0/transactions" ]
