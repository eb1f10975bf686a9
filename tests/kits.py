"""Parts lists for tests of kits: those of Manufacturing, or what answers alike."""

from types import SimpleNamespace
from unittest.mock import patch

from odoo.fields import Command

KITS = "odoo.addons.amazon_connector.models.kits.find"


class PartsList:
    """Answers as an mrp.bom of one kit."""

    product_qty = 1

    def __init__(self, kit, parts):
        self._kit, self._parts = kit, parts
        self.product_uom_id = kit.uom_id

    def explode(self, product, quantity):
        assert product == self._kit
        return [], [
            (
                SimpleNamespace(id=False, product_id=part, product_uom_id=part.uom_id),
                {"qty": each * quantity},
            )
            for part, each in self._parts.items()
        ]


class KitCase:
    """For a test case with a kit, its parts, and whether Manufacturing is installed."""

    def _create_bom(self):
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.kit.product_tmpl_id.id,
                "type": "phantom",
                "company_id": self.company.id,
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity})
                    for part, quantity in self.parts.items()
                ],
            }
        )

    def _without_bom_lines(self):
        """Without Manufacturing a move knows no line of a parts list."""
        moves = type(self.env["stock.move"])
        prepare = moves._prepare_amazon_move_vals

        def prepare_plain(records, *args):
            vals = prepare(records, *args)
            if not self.has_mrp:
                vals.pop("bom_line_id", None)
            return vals

        return patch.object(moves, "_prepare_amazon_move_vals", prepare_plain)
