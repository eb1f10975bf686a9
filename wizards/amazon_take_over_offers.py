"""Take over another connector's offers: what each row of the file leads to."""

import re

from odoo import _, models

from .amazon_take_over import Outcome
from .amazon_take_over_files import read_channel

# As Odoo shows a product: its internal reference, then its name.
_DISPLAYED = re.compile(r"\[(?P<code>[^\]]+)\]\s*(?P<name>.*)")


class AmazonTakeOver(models.TransientModel):
    _inherit = "amazon.take.over"

    def _judge_offers(self, account, rows):
        """Decide for each row which offers it creates or completes.

        :param list rows: see read_table
        :return list: of Outcome"""
        marketplaces = self._name_marketplaces()
        products = self._find_products(account, rows)
        offers = account.env["amazon.offer"].with_context(active_test=False)
        skus = list({row["sku"] for row in rows if "sku" in row})
        known = {
            (offer.marketplace_id, offer.sku, offer.amazon_channel): offer
            for offer in offers.search(
                [("account_id", "=", account.id), ("sku", "in", skus)]
            )
        }
        outcomes, seen = [], set()
        for row in rows:
            marketplace, refusal = self._find_marketplace(account, row, marketplaces)
            name = f"{row.get('sku', '')} {marketplace.name or ''}".strip()
            if "sku" not in row:
                refusal = "wrong", _("Row %s: there is no SKU.", row["line"])
            if refusal:
                outcomes.append(Outcome("offer", name or "-", *refusal))
                continue
            product = products[row["line"]]
            for channel in self._find_channels(row, marketplace, known):
                key = (marketplace, row["sku"], channel)
                if key not in seen:
                    seen.add(key)
                    outcome = self._judge_offer(key, row, product, known.get(key))
                    outcomes.append(outcome)
        return outcomes

    def _find_marketplace(self, account, row, marketplaces):
        """Find the marketplace that a row names, or the only one of the account.

        :return tuple: amazon.marketplace; result and message, None if it is good
        """
        none, text = self.env["amazon.marketplace"], row.get("marketplace", "")
        allowed = account.available_marketplace_ids | account.active_marketplace_ids
        if not text:
            if len(account.active_marketplace_ids) == 1:
                return account.active_marketplace_ids.with_env(self.env), None
            return none, (
                "wrong",
                _("Row %s: the marketplace is missing.", row["line"]),
            )
        marketplace = marketplaces.get(text.lower(), none)
        if not marketplace:
            return none, ("missing", _("Odoo knows no marketplace “%s”.", text))
        if allowed and marketplace not in allowed:
            return marketplace, (
                "refused",
                _("The account does not sell on %s.", marketplace.name),
            )
        return marketplace, None

    def _find_channels(self, row, marketplace, known):
        """Choose the channels: as the row says, else as known offers, else as the user
        chose.

        :return list: channels of the offers that a row stands for
        """
        if channel := read_channel(row.get("channel")):
            return [channel]
        there = [c for c in ("fba", "fbm") if (marketplace, row["sku"], c) in known]
        both = ["fba", "fbm"]
        return there or (
            both if self.offers_channel == "both" else [self.offers_channel]
        )

    def _find_products(self, account, rows):
        """Find the products of all rows: as the file says, else by the SKU.

        :return dict: number of the row -> product.product, may be empty
        """
        model = account.env["product.product"]
        by_xmlid = self._find_by_xmlid(model, [r.get("product_xmlid") for r in rows])
        named = [self._read_product(row) for row in rows]
        texts = {text for pair in named for text in pair if text}
        by_code = account.env["amazon.offer"]._match_products(
            account, list(texts | {row["sku"] for row in rows if "sku" in row})
        )
        allowed = [account.company_id.id, False]
        by_name = model.search(
            [
                ("name", "in", [name for _code, name in named if name]),
                ("company_id", "in", allowed),
            ]
        ).grouped("name")
        found = {}
        for row, (code, name) in zip(rows, named, strict=True):
            choices = (
                by_xmlid.get(row.get("product_xmlid"), model),
                by_code.get(code, model),
                model if code else by_name.get(name, model),
                model if code or name else by_code.get(row.get("sku"), model),
            )
            found[row["line"]] = next(
                (p for p in choices if len(p) == 1 and p.company_id.id in allowed),
                model,
            )
        return found

    def _read_product(self, row):
        """Separate internal reference and name in what a row says of its product.

        :return tuple: internal reference, name; each may be empty
        """
        shown = _DISPLAYED.fullmatch(row.get("product", ""))
        code = row.get("product_code") or (shown and shown["code"]) or ""
        return code, "" if code else row.get("product", "")

    def _judge_offer(self, key, row, product, offer):
        """Decide whether one offer is new, is completed or stays as it is.

        :param tuple key: marketplace, SKU, channel
        :param product: product.product, may be empty
        :param offer: amazon.offer that is there already, or None
        :return Outcome:"""
        marketplace, sku, channel = key
        outcome = Outcome(
            "offer", f"{sku} {marketplace.name} {channel.upper()}", "taken", "", offer
        )
        if offer and (offer.product_id or not product):
            outcome.result = "here"
            if product and offer.product_id != product:
                outcome.message = _(
                    "It stays with the product %s.", offer.product_id.display_name
                )
            return outcome
        if not product:
            outcome.message = _("Its product is not found: choose it on the listing.")
        outcome.wish = {
            "marketplace_id": marketplace.id,
            "sku": sku,
            "amazon_channel": channel,
            "asin": row.get("asin", False),
            "product_id": product.id,
        }
        return outcome

    def _take_offers(self, account, outcomes):
        """Write what was decided; what a person has chosen stays.

        :param list outcomes: completed with the offers
        """
        wanted = [v for v in outcomes if v.kind == "offer" and v.wish]
        new = [outcome for outcome in wanted if not outcome.record]
        for outcome in wanted:
            if outcome.record:
                outcome.record.product_id = outcome.wish["product_id"]
        created = account.env["amazon.offer"].create(
            [{"account_id": account.id, **outcome.wish} for outcome in new]
        )
        for outcome, offer in zip(new, created, strict=True):
            outcome.record = offer
