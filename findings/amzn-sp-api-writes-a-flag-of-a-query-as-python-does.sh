#!/usr/bin/env bash
# Amazon's own SDK writes a boolean of a query as Python prints it: details=True. The
# model says "type: boolean", and JSON, Amazon's examples and its other SDKs write
# details=true. Whoever builds a server for tests has to take both.
#
# Guessed: details=true.
# Seen, amzn-sp-api 1.13.0: details=True.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -q amzn-sp-api==1.13.0
cd "$folder"
seen=$(env/bin/python - 2>/dev/null <<'PY'
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import spapi

asked = []

class Server(BaseHTTPRequestHandler):
    def do_GET(self):
        asked.append(parse_qs(urlsplit(self.path).query)["details"][0])
        self.say({"payload": {"granularity": {}, "inventorySummaries": []}})
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.say({"access_token": "a", "expires_in": 3600, "token_type": "bearer"})
    def say(self, body):
        body = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass

server = HTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}"
config = spapi.SPAPIConfig("i", "s", "r", region="EU")
client = spapi.SPAPIClient(config, f"{url}/auth/o2/token", url).api_client
try:
    spapi.FbaInventoryApi(client).get_inventory_summaries(
        "Marketplace", "A1PA6795UKMFR9", ["A1PA6795UKMFR9"], details=True)
finally:
    print("details=" + asked[0])
PY
) || true
echo "amzn-sp-api 1.13.0: getInventorySummaries with details=True asks for $seen"
[ "$seen" = "details=True" ]
