#!/usr/bin/env bash
# python-amazon-sp-api takes a datetime for the times of Reports and writes it as ISO 8601.
# Orders and Finances take it as silently and write it as Python prints it, with a blank
# in place of the T that Amazon's models ask for.
#
# Guessed: 2026-11-02T10:15:00+00:00 everywhere, or an error.
# Seen, python-amazon-sp-api 2.1.35: "2026-11-02 10:15:00+00:00" for orders and finances.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -q python-amazon-sp-api==2.1.35
cd "$folder"
seen=$(env/bin/python - 2>/dev/null <<'PY'
from datetime import datetime, timezone

import httpx

asked = []

def answer(_transport, request):
    asked.append(request.url.params)
    if "/auth/" in request.url.path:
        body = {"access_token": "a", "expires_in": 3600, "token_type": "bearer", "refresh_token": "r"}
    else:
        body = {"payload": {}, "reports": []}
    return httpx.Response(200, json=body)

httpx.HTTPTransport.handle_request = answer
from sp_api.api import FinancesV0, OrdersV0, Reports
from sp_api.base import Marketplaces

keys = {"lwa_app_id": "i", "lwa_client_secret": "s", "refresh_token": "r"}
moment = datetime(2026, 11, 2, 10, 15, tzinfo=timezone.utc)
Reports(Marketplaces.DE, credentials=keys).get_reports(reportTypes=["X"], createdSince=moment)
print(asked[-1]["createdSince"], end="; ")
OrdersV0(Marketplaces.DE, credentials=keys).get_orders(CreatedAfter=moment)
print(asked[-1]["CreatedAfter"], end="; ")
FinancesV0(Marketplaces.DE, credentials=keys).list_financial_events(PostedAfter=moment)
print(asked[-1]["PostedAfter"])
PY
)
echo "python-amazon-sp-api 2.1.35: a datetime for reports; orders; finances: $seen"
[ "$seen" = "2026-11-02T10:15:00+00:00; 2026-11-02 10:15:00+00:00; 2026-11-02 10:15:00+00:00" ]
