"""Deliveries that Amazon has to be told of (features H1 to H4).

A package is written down for Amazon in the transaction in which the goods leave;
nothing here speaks with Amazon.
"""

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from .amazon_submission import UNDER_WAY, WAITING


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
        self.read(["name"])  # who may see the delivery may have it sent again
        return self.sudo().amazon_submission_ids._retry()

    def action_settle_amazon_sync(self):
        """The shipment was confirmed in Seller Central: no error any more."""
        self.read(["name"])
        self.sudo().amazon_submission_ids._settle()

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
