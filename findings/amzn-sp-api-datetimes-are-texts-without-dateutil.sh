#!/usr/bin/env bash
# Amazon's own SDK turns "createdTime" into a datetime only where python-dateutil happens
# to be installed. It does not require that package: after a plain "pip install
# amzn-sp-api" every date-time of every answer is a text, without an error or a warning,
# and comparing it with a datetime fails only later.
#
# Guessed: datetime objects (the models declare "datetime"), or an error without dateutil.
# Seen, amzn-sp-api 1.13.0: str without python-dateutil, datetime with it.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -q amzn-sp-api==1.13.0
cat > "$folder/show.py" <<'PY'
import importlib.metadata, json, types
from spapi import ApiClient, Configuration

class Answer:
    data = json.dumps({"order": {"orderId": "026-0000001-0000001",
        "createdTime": "2026-11-02T10:15:00Z", "lastUpdatedTime": "2026-11-02T10:20:00Z",
        "salesChannel": {"channelName": "AMAZON"}, "orderItems": []}})

configuration = Configuration()
configuration.access_token_cache = None
client = ApiClient(configuration=configuration)
client.api_models_module = "spapi.models.orders_v2026_01_01"
order = client.deserialize(Answer, "GetOrderResponse").order
print(type(order.created_time).__name__)
PY
cd "$folder"
without=$(env/bin/python show.py 2>/dev/null)
env/bin/pip install -q python-dateutil==2.9.0.post0
with=$(env/bin/python show.py 2>/dev/null)
echo "amzn-sp-api 1.13.0: createdTime is a $without without python-dateutil, a $with with it"
[ "$without $with" = "str datetime" ]
