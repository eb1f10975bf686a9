"""The picking list: all goods of many orders, in the order of the shelves (feature
W3).
"""

from collections import defaultdict

from odoo import api, models


class ReportPickList(models.AbstractModel):
    _name = "report.amazon_connector.pick_list"
    _description = "Picking list of Amazon orders"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Sum up what has to be fetched.

        :return dict: docs: the deliveries; shelves: a row for each article and place
        """
        pickings = self.env["stock.picking"].browse(docids)
        rows = defaultdict(list)
        for picking in pickings:
            for part in picking.amazon_to_pick or []:
                key = (part["place"], part["name"], part["lot"], part["is_missing"])
                rows[key].append((picking, part))
        shelves = [
            {
                "place": place,
                "name": name,
                "lot": lot,
                "is_missing": is_missing,
                "quantity": sum(float(part["quantity"]) for _one, part in found),
                "orders": [
                    (one.amazon_order_ref or one.name, part["quantity"])
                    for one, part in found
                ],
            }
            for (place, name, lot, is_missing), found in sorted(
                rows.items(), key=lambda row: (row[0][3], *row[0][:3])
            )
        ]
        return {
            "doc_ids": pickings.ids,
            "doc_model": pickings._name,
            "docs": pickings,
            "shelves": shelves,
        }
