"""What people do with SKUs that have no product (feature C5)."""

from odoo import _, api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

# A product with this SKU or barcode is there already: another one would be a twin.
SURE = ("reference", "barcode")


class AmazonMatch(models.Model):
    _inherit = "amazon.match"

    # === ACTION METHODS === #

    @api.model
    def action_open(self):
        """Open the SKUs that have no product; for new ones a product is looked for.

        :return dict: action
        """
        if not self.env.user.has_group("amazon_connector.group_amazon_user"):
            raise AccessError(
                _("Only users of the Amazon connector can do this. Ask your manager.")
            )
        for account in self.env["amazon.account"].search([]):
            account.sudo()._in_company()._look_for_products()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_match_action"
        )

    def action_look(self):
        """Look for products of all SKUs once more, as products may have changed.

        :return dict: client action, a notification with the counts
        """
        self._check_may_match()
        accounts = self.env["amazon.account"].search([])
        looked = sum(
            self.env["amazon.match.suggestion"].sudo()._look(account.sudo())
            for account in accounts
        )
        found = self.search_count(
            [("is_ignored", "=", False), ("product_id", "!=", False)]
        )
        message = _(
            "SKUs looked at: %(looked)s. With a suggestion: %(found)s.",
            looked=looked,
            found=found,
        )
        return accounts[:1].sudo()._notify(message, "success", _("Match SKUs"))

    def action_confirm(self):
        """Take the products that the selected rows show.

        :return dict: client action, a notification with the counts
        :raise UserError: none of them has a product
        """
        rows = self.exists()  # somebody else may have been quicker
        rows._check_may_match()
        chosen = rows.filtered("product_id")
        if not chosen:
            raise UserError(
                _(
                    "None of the selected SKUs has a product yet. Choose one in the "
                    "column Product, or press «Create Products»."
                )
            )
        left = self._note_left(len(rows - chosen), _("Without a product: %s."))
        return self._take(chosen._plan(lambda row: row.product_id), notes=left)

    def action_choose(self):
        """Choose one product for the selected SKUs.

        :return dict: action that opens the wizard
        """
        self = self.exists()
        self._check_may_match()
        if len(self.company_id) > 1:
            raise UserError(_("Select SKUs of one company only."))
        wizard = self.env["amazon.choose.product"].create(
            {
                "account_ids": [Command.set(self.account_id.ids)],
                "skus": "\n".join(self.mapped("sku")),
                "title": self.title if len(self) == 1 else False,
                "product_id": self.product_id.id if len(self) == 1 else False,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": _("Choose the Product"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_create_products(self):
        """Create a product for each selected SKU.

        :return dict: client action, a notification with the counts
        :raise AccessError: the user may not create products
        """
        rows = self.exists()
        rows._check_may_match()
        products = self.env["product.product"]
        if not products.check_access_rights("create", raise_exception=False):
            raise AccessError(
                _(
                    "You may not create products. Ask your manager to do so, or choose "
                    "products that are there."
                )
            )
        known = rows._filter_known()
        created = {
            company: group._create_products(company)
            for company, group in (rows - known).grouped("company_id").items()
        }
        plan = (rows - known)._plan(lambda row: created[row.company_id][row.sku])
        text = _("Not created, because a product with this reference exists: %s.")
        return self._take(plan, notes=self._note_left(len(known), text))

    def action_ignore(self):
        """These SKUs need no product: they are not shown any more."""
        self = self.exists()
        self._check_may_match()
        self._find_offers().match_ignored = True

    def action_unignore(self):
        """These SKUs need a product after all."""
        self = self.exists()
        self._check_may_match()
        self._find_offers().match_ignored = False

    # === BUSINESS METHODS === #

    @api.model
    def _note_left(self, count, text):
        """:return list: the text with its count, nothing when there is none"""
        return [text % count] if count else []

    def _filter_known(self):
        """:return: the rows for which a product is there, since just now perhaps"""
        known = self.filtered(lambda row: row.kind in SURE)
        products = self.env["product.product"].sudo()
        for company, rows in (self - known).grouped("company_id").items():
            found = products.search_fetch(
                [
                    ("default_code", "in", rows.mapped("sku")),
                    ("company_id", "in", [company.id, False]),
                ],
                ["default_code"],
            )
            taken = set(found.mapped("default_code"))
            known |= rows.filtered(lambda row, taken=taken: row.sku in taken)
        return known

    def _create_products(self, company):
        """Create the products with the rights of the user.

        :param company: res.company of all rows
        :return dict: SKU -> product.product
        """
        offers = self._find_offers().grouped("sku")
        products = self.env["product.product"].with_company(company)
        products = products.with_context(allowed_company_ids=company.ids)
        taken = self._find_taken_barcodes(offers)
        skus, vals_list = list(dict.fromkeys(self.mapped("sku"))), []
        for sku in skus:
            vals = offers[sku]._prepare_product_vals(company)
            if vals["barcode"] in taken:
                vals["barcode"] = False
            taken.add(vals["barcode"])
            vals_list.append(vals)
        return dict(zip(skus, products.create(vals_list), strict=True))

    @api.model
    def _find_taken_barcodes(self, offers):
        """:param dict offers: SKU -> amazon.offer
        :return set: barcodes that products have already, of whatever company"""
        codes = {code for own in offers.values() for code in own.mapped("barcode")}
        products = self.env["product.product"].sudo().with_context(active_test=False)
        found = products.search([("barcode", "in", [code for code in codes if code])])
        return set(found.mapped("barcode"))


class AmazonOffer(models.Model):
    _inherit = "amazon.offer"

    def _prepare_product_vals(self, company):
        """Extension hook: a product for a SKU that has none. Taxes, category and unit
        are Odoo's defaults.

        :param company: res.company of the product; prices in other currencies are left
            out
        :return dict: values of product.product
        """
        titled = self.filtered("title")[:1]
        priced = self.filtered(
            lambda offer: offer.price and offer.currency_id == company.currency_id
        )[:1]
        vals = {
            "name": titled.title or self[:1].sku,
            "default_code": self[:1].sku,
            "barcode": self.filtered("barcode")[:1].barcode,
            "detailed_type": "product",
            "company_id": company.id,
        }
        if priced:
            vals["list_price"] = priced.price
        return vals
