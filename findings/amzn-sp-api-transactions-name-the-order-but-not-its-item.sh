#!/usr/bin/env bash
# In Finances 2024-06-19 a transaction names the order, and its items name no item of
# that order: relatedIdentifiers of an item may be an adjustment, a coupon, a removal
# shipment or a transaction. An order with the same SKU on two lines can not be matched
# line by line; the older Finances v0 has OrderItemId in each item of a shipment.
#
# Guessed: ORDER_ITEM_ID, or another name of the order's item, among them.
# Seen, models in amzn-sp-api 1.13.0: none of the names, and no field, has it.
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -q amzn-sp-api==1.13.0
cd "$folder"
seen=$(env/bin/python - 2>/dev/null <<'PY'
import inspect
import re

from spapi.models import finances_v2024_06_19 as new
from spapi.models.finances_v0.shipment_item import ShipmentItem
from spapi.models.finances_v2024_06_19.item_related_identifier import ItemRelatedIdentifier

source = inspect.getsource(ItemRelatedIdentifier)
names = re.findall(r'"(\w+)"', re.search(r"allowed_values = \[(.*?)\]", source, re.S)[1])
fields = {
    name
    for cls in vars(new).values() if inspect.isclass(cls)
    for name in getattr(cls, "attribute_map", {}).values()
}
of_item = [name for name in names if name.startswith("ORDER_ITEM")]
of_item += [name for name in fields if name.lower().startswith("orderitem")]
print(",".join(names), "| of the order's item:", of_item or "none",
      "| v0:", [n for n in ShipmentItem.attribute_map.values() if "OrderItem" in n])
PY
)
echo "amzn-sp-api 1.13.0: an item of a transaction names $seen"
[ "$seen" = "ORDER_ADJUSTMENT_ITEM_ID,COUPON_ID,REMOVAL_SHIPMENT_ITEM_ID,TRANSACTION_ID | of the order's item: none | v0: ['OrderItemId']" ]
