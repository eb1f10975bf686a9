"""What left, package by package, counted as Amazon counts it (feature H1)."""

from collections import Counter, defaultdict

from odoo import _, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _amazon_boxes(self):
        """What goes to the buyer, by package.

        :return dict: number of Odoo's package, 0 for goods in none -> move lines
        """
        boxes = defaultdict(self.env["stock.move.line"].browse)
        for line in self.move_line_ids.sorted("id"):
            if line.quantity > 0 and line.move_id._amazon_to_customer():
                boxes[line.result_package_id.id or 0] += line
        return dict(sorted(boxes.items(), key=lambda box: (not box[0], box[0])))

    def _amazon_note_packages(self, is_final=False):
        """Keep a line for each package, so that its tracking number can be entered.

        :param bool is_final: the goods have left: goods in no package count as one
        """
        stale, missing = self.env["amazon.package"], []
        for picking in self:
            boxes = picking._amazon_boxes()
            if not is_final and not any(boxes):
                boxes = {}
            known = {box.box_number: box for box in picking.amazon_package_ids}
            stale = stale.union(*(known[box] for box in known if box not in boxes))
            missing += [
                {
                    "picking_id": picking.id,
                    "box_number": box,
                    "name": lines.result_package_id.name or _("(in no package)"),
                }
                for box, lines in boxes.items()
                if box not in known
            ]
        stale.filtered(lambda package: not package.submission_ids).unlink()
        self.env["amazon.package"].create(missing)

    def _amazon_enqueue_shipments(self):
        """Write down for Amazon what has left, each package once."""
        deliveries = self._amazon_deliveries().filtered(
            lambda picking: (
                picking.state == "done" and not picking.amazon_submission_ids
            )
        )
        if not deliveries:
            return
        deliveries._amazon_note_packages(is_final=True)
        for company, mine in deliveries.grouped("company_id").items():
            mine.with_company(company)._amazon_fill_packages()
        packages = deliveries.amazon_package_ids.filtered("items")
        packages.sorted("id")._amazon_enqueue()

    def _amazon_fill_packages(self):
        """Write on each package how many pieces of Amazon's items are complete with it.

        Counted is what has left so far less what Amazon was told already: the parts
        of a piece may leave one after the other.
        """
        lines = self.sale_id.order_line.filtered("amazon_item_ref")
        needs = lines._amazon_needs()
        told, delivered = self._amazon_told_before(lines)
        for picking in self.sorted("id"):
            boxes = picking._amazon_boxes()
            for package in picking.amazon_package_ids.sorted("id"):
                content = boxes.get(package.box_number, self.move_line_ids.browse())
                for move_line in content:
                    line = move_line.move_id.sale_line_id
                    if line in needs:
                        product = move_line.product_id
                        delivered[line][product] += move_line.quantity_product_uom
                items = {}
                for line in content.move_id.sale_line_id & lines:
                    complete = line._amazon_count_pieces(delivered[line], needs[line])
                    if complete > told[line]:
                        items[line.amazon_item_ref] = complete - told[line]
                        told[line] = complete
                package.items = items

    def _amazon_told_before(self, lines):
        """:param lines: sale.order.line of items
        :return tuple: line -> pieces Amazon was told of; line -> {product: quantity},
            what left with other deliveries
        """
        others = self.sale_id.picking_ids - self
        known = {(line.order_id, line.amazon_item_ref): line for line in lines}
        told = Counter()
        for package in others.amazon_package_ids:
            for item, pieces in (package.items or {}).items():
                told[known.get((package.sale_order_id, item))] += pieces
        delivered = defaultdict(lambda: defaultdict(float))
        for move in lines.move_ids._amazon_to_customer():
            if move.state == "done" and move.picking_id not in self:
                quantity = move.product_uom._compute_quantity(
                    move.quantity, move.product_id.uom_id, rounding_method="HALF-UP"
                )
                delivered[move.sale_line_id][move.product_id] += quantity
        return told, delivered
