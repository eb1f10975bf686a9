"""Deliveries that have to be reported to Amazon (features H1 to H4).

A package is written down for Amazon in the transaction in which the goods leave;
nothing here calls Amazon.

What left, package by package, counted as Amazon counts it (feature H1).

What carriers, customs and Amazon's programmes ask for before goods are handed over
(feature H8).
"""

from collections import Counter, defaultdict

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...amazon_api import split_tracking
from ..outbox.amazon_submission import UNDER_WAY, WAITING


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "amazon.own.fields"]

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
    amazon_any_carrier = fields.Boolean(
        "Report this carrier anyway",
        copy=False,
        help="Amazon may refuse a carrier that it has not accepted for imports into "
        "the EU.",
    )
    amazon_is_eu_import = fields.Boolean(
        compute="_compute_amazon_handover", compute_sudo=True
    )
    amazon_customs_info = fields.Text(
        "For the carrier",
        compute="_compute_amazon_handover",
        compute_sudo=True,
        help="What the carrier has to declare to customs.",
    )

    def _amazon_boxes(self):
        """Group what goes to the buyer by package.

        :return dict: number of Odoo's package, 0 for goods in none -> move lines
        """
        boxes = defaultdict(self.env["stock.move.line"].browse)
        for line in self.move_line_ids.sorted("id"):
            if line.quantity > 0 and line.move_id._amazon_first_sent():
                boxes[line.result_package_id.id or 0] += line
        return dict(sorted(boxes.items(), key=lambda box: (not box[0], box[0])))

    def _amazon_note_packages(self, is_final=False):
        """Keep a line for each package, so that its tracking number can be entered.

        :param bool is_final: the goods have left: goods in no package count as one
        """
        stale, missing = self.env["amazon.package"], []
        unpacked = _("(in no package)")
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
                    "name": lines.result_package_id.name or unpacked,
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
        elsewhere = (deliveries - packages.picking_id).filtered(
            lambda picking: picking._amazon_was_confirmed_elsewhere()
        )
        elsewhere.amazon_package_ids.sorted("id")._amazon_enqueue()._set_known()

    def _amazon_was_confirmed_elsewhere(self):
        """Recognize a delivery whose shipment was confirmed in Seller Central.

        :return bool: whether Amazon knows that these goods have left, but not from
        here
        """
        order = self.sale_id
        return order.amazon_status == "SHIPPED" and any(
            line.amazon_due > line._amazon_pieces_before() + line._amazon_reported()
            for line in self.move_ids._amazon_to_customer().sale_line_id
            if line.amazon_item_ref
        )

    def _amazon_recount(self):
        """Count again what left with deliveries that somebody corrected: what was not
        reported yet goes as it is now, about the rest a person is notified."""
        deliveries = self._amazon_deliveries().filtered(
            lambda picking: picking.state == "done" and picking.amazon_package_ids
        )
        for picking in deliveries:
            picking._amazon_recount_packages()
        lines = deliveries.move_ids.sale_line_id
        self.env.add_to_compute(lines._fields["amazon_waiting"], lines)

    def _amazon_recount_packages(self):
        """Count the packages of one delivery again."""
        rows = self.amazon_submission_ids
        if rows:  # whoever is about to send one of them comes first, or waits
            self.env.cr.execute(
                "SELECT id FROM amazon_submission WHERE id = ANY(%s) FOR UPDATE",
                [rows.ids],
            )
        packages = self.amazon_package_ids
        before = {package: package.items or {} for package in packages}
        self._amazon_note_packages(is_final=True)
        self._amazon_fill_packages()
        wrong = self._amazon_find_wrong_reports(before)
        for package in self.amazon_package_ids - wrong:
            if before.get(package) and not package.items:
                package.submission_ids._supersede(_("Nothing of it has left."))
            elif package.items and {*package.submission_ids.mapped("state")} <= {
                "superseded"
            }:
                package._amazon_enqueue()
        if not wrong:
            return
        reported, left = Counter(), Counter()
        for package in wrong:
            reported.update(before.get(package, {}))
            left.update(package.items or {})
            package.items = before.get(package, {})
        if reported != left:
            order = self.sale_id
            doubt = self._amazon_describe_recount(reported, left)
            texts = dict.fromkeys(filter(None, [order.amazon_review, doubt]))
            order._amazon_ask_person("\n".join(texts))

    def _amazon_find_wrong_reports(self, before):
        """Find the packages that Amazon knows otherwise than they were counted now.

        :param dict before: package -> its pieces until now
        :return: amazon.package; also those that held nothing and may hold now what was
        reported of another: goods that were put into another box
        """
        packages = self.amazon_package_ids
        changed = packages.filtered(
            lambda package: (
                before.get(package, {}) != (package.items or {})
                and package._amazon_is_reported()
            )
        )
        if not changed:
            return changed
        return changed | packages.filtered(lambda package: not before.get(package))

    def _amazon_describe_recount(self, reported, left):
        """Say how the delivery differs from what Amazon knows of it.

        :param dict reported: Amazon's item -> pieces that were reported
        :param dict left: Amazon's item -> pieces by now
        :return str: the difference, and what to do
        """
        lines = {line.amazon_item_ref: line for line in self.sale_id.order_line}
        parts = []
        for item in {**reported, **left}:
            if reported.get(item, 0) != left.get(item, 0) and item in lines:
                part = _(
                    "%(sku)s: reported %(reported)s, now %(left)s",
                    sku=lines[item].amazon_offer_id.sku or lines[item].product_id.name,
                    reported=reported.get(item, 0),
                    left=left.get(item, 0),
                )
                parts.append(part)
        return _(
            "Delivery %(delivery)s was changed after Amazon was told what left: "
            "%(changes)s. Correct the shipment in Seller Central, or refund there what "
            "the buyer does not get.",
            delivery=self.name,
            changes="; ".join(parts),
        )

    def _amazon_fill_packages(self):
        """Write on each package how many pieces of Amazon's items are complete with it.

        What has left so far is counted, less what was reported to Amazon already:
        the parts of a piece may leave one after the other.
        """
        lines = self.sale_id.order_line.filtered("amazon_item_ref")
        needs = lines._amazon_needs()
        reported, delivered = self._amazon_reported_before(lines)
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
                    if complete > reported[line]:
                        items[line.amazon_item_ref] = complete - reported[line]
                        reported[line] = complete
                package.items = items
            picking._amazon_share_codes()

    def _amazon_share_codes(self):
        """Put the Transparency codes into the packages, in the order of both."""
        coded = self.move_ids.filtered("amazon_transparency_codes")
        for line, moves in coded.grouped("sale_line_id").items():
            codes, item = moves._amazon_codes(), line.amazon_item_ref
            for package in self.amazon_package_ids.sorted("id"):
                count = (package.items or {}).get(item, 0)
                mine, codes = codes[:count], codes[count:]
                known = package.transparency_codes or {}
                if mine:
                    package.transparency_codes = {**known, item: mine}

    def _amazon_reported_before(self, lines):
        """Collect what is known to Amazon, and what has left, without this delivery.

        :param lines: sale.order.line of items
        :return tuple: line -> pieces reported to Amazon; line -> {product: quantity},
            what left with other deliveries
        """
        others = self.sale_id.picking_ids - self
        known = {(line.order_id, line.amazon_item_ref): line for line in lines}
        reported = Counter()
        for package in others.amazon_package_ids:
            for item, pieces in (package.items or {}).items():
                reported[known.get((package.sale_order_id, item))] += pieces
        mine = self.amazon_package_ids.filtered(lambda box: box._amazon_is_reported())
        for line in lines:  # what was confirmed in Seller Central
            elsewhere = line.amazon_fulfilled - line._amazon_pieces_before()
            elsewhere -= mine._amazon_count_item(line)
            reported[line] = max(reported[line], elsewhere)
        delivered = defaultdict(lambda: defaultdict(float))
        for move in lines.move_ids._amazon_first_sent():
            if move.state == "done" and move.picking_id not in self:
                delivered[move.sale_line_id][move.product_id] += move._amazon_moved()
        return reported, delivered

    # === CRUD METHODS === #

    def web_read(self, specification):
        """Look for no packages of transfers that are none of Amazon's: their form costs
        what it costs without this addon."""
        name = "amazon_package_ids"
        is_ours = any(picking._is_amazon_delivery() for picking in self.sudo())
        if name not in specification or is_ours:
            return super().web_read(specification)
        others = {key: value for key, value in specification.items() if key != name}
        return [{**values, name: []} for values in super().web_read(others)]

    # === COMPUTE METHODS === #

    @api.depends("amazon_submission_ids.state")
    def _compute_amazon_sync_status(self):
        for picking in self:
            states = set(picking.amazon_submission_ids.mapped("state"))
            states.discard("superseded")
            if "failed" in states:
                picking.amazon_sync_status = "error"
            elif states & {*UNDER_WAY}:
                picking.amazon_sync_status = "processing"
            elif states & {*WAITING}:
                picking.amazon_sync_status = "pending"
            else:
                picking.amazon_sync_status = "done" if states else False

    @api.depends(
        "amazon_sync_status",
        "amazon_submission_ids.state",
        "amazon_submission_ids.error_message",
    )
    def _compute_amazon_sync_error(self):
        wrong = self.filtered(lambda picking: picking.amazon_sync_status == "error")
        (self - wrong).amazon_sync_error = False  # nothing is read to learn that
        for picking in wrong:
            failed = picking.amazon_submission_ids.filtered(
                lambda message: message.state == "failed"
            )
            reasons = dict.fromkeys(failed.mapped("error_message"))
            picking.amazon_sync_error = "\n".join(filter(None, reasons)) or False

    @api.depends(
        "sale_id.amazon_account_id.active",
        "sale_id.amazon_programs",
        "picking_type_code",
    )
    def _compute_amazon_no_sync_reason(self):
        for picking in self:
            is_mine = picking._is_amazon_delivery()
            picking.amazon_no_sync_reason = is_mine and picking._amazon_silence()

    def _amazon_silence(self):
        """Explain a delivery that is not reported.

        :return str|False: why nothing of this delivery is reported to Amazon
        """
        if program := self.sale_id._amazon_self_confirmed():
            return _(
                "An order of the programme “%s”: Amazon learns by itself that the "
                "goods have left, Odoo tells it nothing.",
                program,
            )
        account = self.sale_id.amazon_account_id
        if not account.active:
            return account._describe_archived()
        return False

    @api.depends(
        "move_ids.sale_line_id.amazon_asin",
        "move_ids.sale_line_id.amazon_ioss_number",
        "partner_id.country_id",
        "picking_type_id.warehouse_id.partner_id.country_id",
        "sale_id.partner_shipping_id.country_id",
    )
    def _compute_amazon_handover(self):
        self.amazon_customs_info = self.amazon_is_eu_import = False
        for picking in self:
            if not picking._is_amazon_delivery():
                continue
            lines = picking.move_ids.sale_line_id.filtered("amazon_item_ref")
            imported = lines.filtered("amazon_ioss_number")
            picking.amazon_is_eu_import = imported and picking._amazon_enters_eu()
            if imported:
                texts = [picking._describe_amazon_customs(line) for line in lines]
                picking.amazon_customs_info = "\n".join(texts)

    def _amazon_enters_eu(self):
        """Recognize imports into the EU, by the address of the warehouse or vendor.

        :return bool: whether the goods come from outside the EU
        """
        union = self.env.ref("base.europe").country_ids
        place = self.picking_type_id.warehouse_id.partner_id or self.company_id
        buyer = self.partner_id
        if self.picking_type_code == "dropship":  # its partner is the vendor
            place, buyer = buyer, self.sale_id.partner_shipping_id
        origin = place.country_id or self.company_id.country_id
        return buyer.country_id in union and bool(origin - union)

    def _describe_amazon_customs(self, line):
        """Write the line of an item for the customs declaration.

        :param line: sale.order.line of an item
        :return str: what identifies the goods, on one line
        """
        product = line.product_id
        parts = [
            line.amazon_offer_id.sku or product.display_name,
            line.amazon_asin and _("ASIN %s", line.amazon_asin),
            product.barcode and _("barcode %s", product.barcode),
            line.amazon_ioss_number and _("IOSS %s", line.amazon_ioss_number),
        ]
        return ", ".join(filter(None, parts))

    # === CRUD METHODS === #

    def write(self, vals):
        """Write; Amazon learns of another tracking number."""
        watched = [
            name for name in ("carrier_id", "carrier_tracking_ref") if name in vals
        ]
        reported = self.filtered("amazon_sync_status") if watched else self.browse()
        before = {picking: [picking[name] for name in watched] for picking in reported}
        result = super().write(vals)
        changed = reported.filtered(
            lambda picking: [picking[name] for name in watched] != before[picking]
        )
        changed.sudo().amazon_package_ids._amazon_correct()
        return result

    # === ACTION METHODS === #

    def action_retry_amazon_sync(self):
        """Report again what Amazon refused; it goes with the next run.

        :return dict: client action, a notification
        """
        self._check_may_tell_amazon()
        return self.sudo().amazon_submission_ids._retry()

    def action_settle_amazon_sync(self):
        """Settle messages whose shipment was confirmed in Seller Central."""
        self._check_may_tell_amazon()
        self.sudo().amazon_submission_ids._settle()

    def _check_may_tell_amazon(self):
        """Refuse reports to Amazon by users who may only read the delivery.

        :raise AccessError: the user may not change the delivery
        """
        self.check_access_rights("write")
        self.check_access_rule("write")

    def action_view_amazon_submissions(self):
        """Open the messages to Amazon of this delivery."""
        return self.env["amazon.submission"]._open([("picking_id", "=", self.id)])

    # === BUSINESS METHODS === #

    def _add_delivery_cost_to_so(self):
        """Keep the total of an Amazon order as Amazon states it: the price of a label
        stays on the delivery (Odoo's *Shipping Cost*) and is no line of the order."""
        if self.sudo().sale_id.amazon_order_ref:
            return None
        return super()._add_delivery_cost_to_so()

    def _is_amazon_delivery(self):
        """Recognize deliveries of Amazon's orders.

        :return bool: whether these goods go to a buyer at Amazon, from the seller;
        of several steps only the last one is such a delivery
        """
        return (
            self.sale_id.amazon_channel == "fbm"
            and bool(self.sale_id.amazon_order_ref)
            and self.picking_type_code in ("outgoing", "dropship")
        )

    def _amazon_deliveries(self):
        """Drop the transfers that are none of Amazon's business.

        :return: the deliveries that have to be reported to Amazon; with sudo,
        for those who pack may not see orders
        """
        return self.sudo().filtered(
            lambda picking: (
                picking._is_amazon_delivery()
                and not picking.sale_id._amazon_self_confirmed()
            )
        )

    def _amazon_to_confirm(self):
        """Filter the deliveries whose validation is reported to Amazon.

        :return: open deliveries of accounts that are in use; with sudo
        """
        return self._amazon_deliveries().filtered(
            lambda picking: (
                picking.state not in ("done", "cancel")
                and picking.sale_id.amazon_account_id.active
            )
        )

    def _check_amazon_shipment(self):
        """Stop a validation of which Amazon would refuse the confirmation.

        :raise UserError: carrier or tracking number are missing
        """
        deliveries = self._amazon_to_confirm()
        deliveries._amazon_note_packages()
        gaps = [
            gap
            for picking in deliveries
            for gap in (
                *picking._amazon_gaps(),
                *picking._amazon_find_handover_gaps(),
            )
            if picking._amazon_has_news()
        ]
        if gaps:
            raise UserError(
                _("Amazon has to be told how these goods travel:\n%s", "\n".join(gaps))
            )

    def _amazon_has_news(self):
        """Find out whether the validation leads to a confirmation.

        :return bool: whether this delivery brings something of which Amazon does
        not know: not what is sent once more, or was confirmed in Seller Central
        """
        if self.sale_id.amazon_status == "SHIPPED":
            return False
        lines = self.move_ids._amazon_first_sent().sale_line_id
        return any(
            line._amazon_left(line._amazon_reported())
            for line in lines
            if line.amazon_item_ref
        )

    def _amazon_gaps(self):
        """List the missing carriers and tracking numbers.

        :return list: in words, what is missing on this delivery
        """
        carrier = self.carrier_id
        if carrier and carrier._makes_labels(self.picking_type_id):
            return []
        packages = self.amazon_package_ids or [self.env["amazon.package"]]
        gaps = (self._amazon_find_gap(package) for package in packages)
        return list(dict.fromkeys(filter(None, gaps)))

    def _amazon_find_surplus(self, numbers):
        """Object to tracking numbers that can not be divided among the packages.

        :param list numbers: of the delivery's tracking reference
        :return str|None: the question which goods travel under which number
        """
        count = len(self.amazon_package_ids) or 1
        if len(numbers) in (1, count):
            return None
        if self.carrier_id._makes_labels(self.picking_type_id):
            return None  # the first one leads to all of them
        return _(
            "%(delivery)s: the tracking reference names %(numbers)s numbers "
            "(%(list)s), but there are %(packages)s packages. Put the goods of each "
            "number into a package of its own (“Put in Pack”), or enter the number of "
            "each package on the page “Packages for Amazon”.",
            delivery=self.name,
            numbers=len(numbers),
            list=", ".join(numbers),
            packages=count,
        )

    def _amazon_find_numbers(self, package, numbers):
        """Object to a package with several numbers of its own.

        :param list numbers: that somebody entered for the package
        :return str|None: the question under which of them it travels
        """
        if len(numbers) == 1:
            return None
        return _(
            "%(delivery)s: package %(package)s has %(numbers)s tracking numbers "
            "(%(list)s). A package travels under one number; put the goods of each "
            "number into a package of its own (“Put in Pack”).",
            delivery=self.name,
            package=package.name,
            numbers=len(numbers),
            list=", ".join(numbers),
        )

    def _amazon_find_gap(self, package):
        """Check carrier and tracking number of one package.

        :param package: amazon.package, empty before the goods are packed
        :return str|None: what Amazon wants to know and nobody has entered yet
        """
        if not self.carrier_id:
            return _(
                "%s: the carrier is missing. Enter it on the delivery, page "
                "“Additional Info”.",
                self.name,
            )
        if own := split_tracking(package.tracking_ref):
            return self._amazon_find_numbers(package, own)
        if numbers := split_tracking(self.carrier_tracking_ref):
            return self._amazon_find_surplus(numbers)
        if package.box_number:
            return _(
                "%(delivery)s: the tracking number of package %(package)s is missing. "
                "Enter it on the delivery, page “Packages for Amazon”.",
                delivery=self.name,
                package=package.name,
            )
        return _(
            "%s: the tracking number is missing. Enter it on the delivery as “Tracking "
            "Reference”, page “Additional Info”.",
            self.name,
        )

    def _amazon_find_handover_gaps(self):
        """List what is wrong for customs and for Transparency.

        :return list: in words, what Amazon would refuse of this delivery
        """
        gaps = []
        carrier = self.carrier_id
        is_accepted = carrier.amazon_carrier_id.is_eu_import or self.amazon_any_carrier
        if carrier and self.amazon_is_eu_import and not is_accepted:
            gaps.append(
                _(
                    "%(delivery)s goes into the EU with Amazon's IOSS number: Amazon "
                    "accepts only carriers of its list, and %(carrier)s is not marked "
                    "as one (Amazon > Configuration > Carriers). Choose "
                    "another method, or tick “Report this carrier anyway” on the page "
                    "“Additional Info”.",
                    delivery=self.name,
                    carrier=carrier.amazon_carrier_id.name or carrier.name,
                )
            )
        gaps += filter(None, map(self._amazon_find_code_gap, self.move_ids))
        return gaps

    def _amazon_find_code_gap(self, move):
        """Compare the Transparency codes of a move with its pieces.

        :param move: stock.move of this delivery
        :return str|None: why its Transparency codes can not be right
        """
        codes = move._amazon_codes()
        line = move.sale_line_id
        if not (codes and line.amazon_item_ref):
            return None
        if len({*codes}) < len(codes):
            return _("%s: a Transparency code stands twice.", move.product_id.name)
        need = line._amazon_needs()[line].get(move.product_id)
        pieces = (
            round(move._amazon_moved() * line.amazon_quantity / need) if need else 0
        )
        if len(codes) == pieces:
            return None
        return _(
            "%(product)s: pieces that leave: %(pieces)s, Transparency codes entered: "
            "%(codes)s. Each piece has a code of its own.",
            product=move.product_id.name,
            pieces=pieces,
            codes=len(codes),
        )
