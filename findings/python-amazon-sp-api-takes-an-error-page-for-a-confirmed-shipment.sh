#!/usr/bin/env bash
# confirm_shipment() of python-amazon-sp-api returns normally when the answer is an HTML
# page with status 503, as a gateway in front of an API gives it: whatever is no JSON
# counts as an empty success. A caller that trusts "no exception" believes that Amazon
# knows of the parcel. (A real success has the payload {'status_code': 204}.)
#
# Guessed: an exception for any status from 400 on.
# Seen, python-amazon-sp-api 2.1.35: no exception, payload {}.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -q python-amazon-sp-api==2.1.35
cd "$folder"
seen=$(env/bin/python - 2>/dev/null <<'PY'
import json, threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from sp_api.api import OrdersV0
from sp_api.auth import AccessTokenClient
from sp_api.base.credential_provider import FromCodeCredentialProvider

class Server(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "/auth/" in self.path:
            body, status, kind = json.dumps({"access_token": "a", "expires_in": 3600,
                "token_type": "bearer", "refresh_token": "r"}).encode(), 200, "application/json"
        else:
            body, status, kind = b"<html>Service Unavailable</html>", 503, "text/html"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass

server = HTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
base = f"127.0.0.1:{server.server_port}"

class Tokens(AccessTokenClient):
    scheme, host, path = "http://", base, "/auth/o2/token"

orders = OrdersV0(
    SimpleNamespace(endpoint=f"http://{base}", marketplace_id="A1PA6795UKMFR9", region="eu-west-1"),
    refresh_token="r",
    credentials={"lwa_app_id": "i", "lwa_client_secret": "s", "refresh_token": "r"},
    credential_providers=[FromCodeCredentialProvider],
    auth_token_client_class=Tokens,
)
answer = orders.confirm_shipment("026-0000001-0000001", marketplaceId="A1PA6795UKMFR9",
    packageDetail={"packageReferenceId": "1", "carrierCode": "DHL", "trackingNumber": "T1",
                   "shipDate": "2026-11-02T10:15:00Z", "orderItems": [{"orderItemId": "1", "quantity": 1}]})
print("no exception, payload", answer.payload)
PY
) || seen="an exception"
echo "python-amazon-sp-api 2.1.35: 503 with an HTML page on confirm_shipment: $seen"
[ "$seen" = "no exception, payload {}" ]
