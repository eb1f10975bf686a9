"""Deliveries that Amazon has to be told of (features H1 to H4).

A package is written down for Amazon in the transaction in which the goods leave;
nothing here speaks with Amazon.

What left, package by package, counted as Amazon counts it (feature H1).
"""

from collections import Counter, defaultdict

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..outbox.amazon_submission import UNDER_WAY, WAITING


class StockPicking(models.Model):
    _inherit = "stock.picking"

    amazon_package_ids = fields.One2many(
        "amazon.package", "picking_id", "Packages for Amazon"
    )
    amazon_submission_ids = fields.One2many(
        "amazon.submission", "picking_id", readonly=True
    )
    amazon_sync_status = fields.Selection(
        [
            ("pending", "Pending"),
            ("processing", "Processing"),
            ("done", "Done"),
            ("error", "Error"),
        ],
        "Amazon status",
        compute="_compute_amazon_sync_status",
        compute_sudo=True,
        store=True,
        copy=False,
        help="Whether Amazon knows that the goods have left. Empty for deliveries that "
        "Amazon need not know of.",
    )
    amazon_sync_error = fields.Text(
        "Amazon error", compute="_compute_amazon_sync_error", compute_sudo=True
    )
    amazon_no_sync_reason = fields.Char(
        compute="_compute_amazon_no_sync_reason", compute_sudo=True
    )

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

    # === COMPUTE METHODS === #

    @api.depends("amazon_submission_ids.state")
    def _compute_amazon_sync_status(self):
        for picking in self:
            states = set(picking.amazon_submission_ids.mapped("state"))
            if "failed" in states:
                picking.amazon_sync_status = "error"
            elif states & {*UNDER_WAY}:
                picking.amazon_sync_status = "processing"
            elif states & {*WAITING}:
                picking.amazon_sync_status = "pending"
            else:
                picking.amazon_sync_status = "done" if states else False

    @api.depends("amazon_submission_ids.state", "amazon_submission_ids.error_message")
    def _compute_amazon_sync_error(self):
        for picking in self:
            failed = picking.amazon_submission_ids.filtered(
                lambda message: message.state == "failed"
            )
            reasons = dict.fromkeys(failed.mapped("error_message"))
            picking.amazon_sync_error = "\n".join(filter(None, reasons)) or False

    @api.depends("sale_id.amazon_programs", "picking_type_code")
    def _compute_amazon_no_sync_reason(self):
        for picking in self:
            program = (
                picking._is_amazon_delivery()
                and picking.sale_id._amazon_self_confirmed()
            )
            picking.amazon_no_sync_reason = program and _(
                "An order of the programme «%s»: Amazon learns by itself that the "
                "goods have left, Odoo tells it nothing.",
                program,
            )

    # === CRUD METHODS === #

    def write(self, vals):
        watched = [
            name for name in ("carrier_id", "carrier_tracking_ref") if name in vals
        ]
        told = self.filtered("amazon_sync_status") if watched else self.browse()
        before = {picking: [picking[name] for name in watched] for picking in told}
        result = super().write(vals)
        changed = told.filtered(
            lambda picking: [picking[name] for name in watched] != before[picking]
        )
        changed.sudo().amazon_package_ids._amazon_correct()
        return result

    # === ACTION METHODS === #

    def action_retry_amazon_sync(self):
        """Tell Amazon again what it refused; it goes with the next run.

        :return dict: client action, a notification
        """
        self._check_may_tell_amazon()
        return self.sudo().amazon_submission_ids._retry()

    def action_settle_amazon_sync(self):
        """The shipment was confirmed in Seller Central: no error any more."""
        self._check_may_tell_amazon()
        self.sudo().amazon_submission_ids._settle()

    def _check_may_tell_amazon(self):
        """:raise AccessError: the user may not change the delivery"""
        self.check_access_rights("write")
        self.check_access_rule("write")

    def action_view_amazon_submissions(self):
        """Open what Amazon is told of this delivery."""
        return self.env["amazon.submission"]._open([("picking_id", "=", self.id)])

    # === BUSINESS METHODS === #

    def _is_amazon_delivery(self):
        """:return bool: whether these goods go to a buyer at Amazon, from the seller;
        of several steps only the last one is such a delivery"""
        return (
            self.sale_id.amazon_channel == "fbm"
            and bool(self.sale_id.amazon_order_ref)
            and self.picking_type_code in ("outgoing", "dropship")
        )

    def _amazon_deliveries(self):
        """:return: the deliveries that Amazon has to be told of; with sudo, for who
        packs may not see orders"""
        return self.sudo().filtered(
            lambda picking: (
                picking._is_amazon_delivery()
                and not picking.sale_id._amazon_self_confirmed()
            )
        )

    def _check_amazon_shipment(self):
        """:raise UserError: carrier or tracking number are missing"""
        deliveries = self._amazon_deliveries().filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        deliveries._amazon_note_packages()
        gaps = [gap for picking in deliveries for gap in picking._amazon_gaps()]
        if gaps:
            raise UserError(
                _("Amazon has to be told how these goods travel:\n%s", "\n".join(gaps))
            )

    def _amazon_gaps(self):
        """:return list: in words, what is missing on this delivery"""
        carrier = self.carrier_id
        if carrier and carrier._makes_labels(self.picking_type_id):
            return []
        packages = self.amazon_package_ids or [self.env["amazon.package"]]
        gaps = (self._amazon_find_gap(package) for package in packages)
        return list(dict.fromkeys(filter(None, gaps)))

    def _amazon_find_gap(self, package):
        """:param package: amazon.package, empty before the goods are packed
        :return str|None: what Amazon wants to know and nobody has entered yet"""
        if not self.carrier_id:
            return _(
                "%s: the carrier is missing. Enter it on the delivery, page "
                "«Additional Info».",
                self.name,
            )
        tracking = package._get_tracking() if package else self.carrier_tracking_ref
        if tracking and tracking.strip():
            return None
        if package.box_number:
            return _(
                "%(delivery)s: the tracking number of package %(package)s is missing. "
                "Enter it on the delivery, page «Packages for Amazon».",
                delivery=self.name,
                package=package.name,
            )
        return _(
            "%s: the tracking number is missing. Enter it on the delivery as «Tracking "
            "Reference», page «Additional Info».",
            self.name,
        )
