#!/usr/bin/env bash
# submit_feed() of python-amazon-sp-api uploads a file that was opened as text in
# ISO-8859-1, whatever charset the content type states. A JSON listings feed stated as
# UTF-8 arrives with the byte fc for "ü", which is no UTF-8. (Opened as bytes, it arrives
# as it is.)
#
# Guessed: the charset that is stated, UTF-8 without one.
# Seen, python-amazon-sp-api 2.1.35: content type "...; charset=UTF-8", bytes in Latin-1.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -q python-amazon-sp-api==2.1.35
cd "$folder"
seen=$(env/bin/python - 2>/dev/null <<'PY'
import io
import httpx

sent = {}

def answer(_transport, request):
    path = request.url.path
    if request.method == "PUT":
        sent["kind"], sent["bytes"] = request.headers["content-type"], request.read()
        return httpx.Response(200)
    if "/auth/" in path:
        body = {"access_token": "a", "expires_in": 3600, "token_type": "bearer", "refresh_token": "r"}
    elif path.endswith("/documents"):
        body = {"feedDocumentId": "1", "url": "https://example.amazonaws.com/1"}
    else:
        body = {"feedId": "1"}
    return httpx.Response(200, json=body)

httpx.HTTPTransport.handle_request = answer
from sp_api.api import Feeds
from sp_api.base import Marketplaces

keys = {"lwa_app_id": "i", "lwa_client_secret": "s", "refresh_token": "r"}
text = io.StringIO('{"sku": "Tür"}')
Feeds(Marketplaces.DE, credentials=keys).submit_feed(
    "JSON_LISTINGS_FEED", text, "application/json; charset=UTF-8")
print(sent["kind"], sent["bytes"].hex(" ").partition("54 ")[2][:5])
PY
)
echo "python-amazon-sp-api 2.1.35: 'Tür' in a feed of text, after the T: $seen"
[ "$seen" = "application/json; charset=UTF-8 fc 72" ]
