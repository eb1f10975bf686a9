"""How an account is linked to a seller: the keys, and the test that follows."""

from odoo import _, fields, models


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    link_method = fields.Selection(
        [("own", "Keys of our own app"), ("oauth", "Amazon's consent page")],
        "Linked by",
        default="own",
        required=True,
        readonly=True,
        copy=False,
    )

    # === ACTION METHODS === #

    def action_link(self):
        """Open the wizard that links this account, or links it again.

        :return dict: window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_link_account_action"
        )
        title = _("Link Again") if self.is_linked else _("Link an Account")
        context = {"default_account_id": self.id, "default_message": False}
        return {**action, "name": title, "context": context}

    # === BUSINESS METHODS === #

    def _store_link(self, values):
        """Take over new keys; must be run by `_run_step`.

        :param dict values: of the account, whoever may not read them; a consent counts
            from today even if Amazon gave the same token again
        """
        today = fields.Date.context_today(self)
        if values.get("refresh_token"):
            values = {"consent_date": today, **values}
        self.write({"active": True, **values})

    def _finish_link(self):
        """Test a freshly linked account and fetch where it sells.

        :return str: what went wrong in words, empty when Amazon answers
        """
        trouble, participations = self._ask_who_we_are()
        if trouble:
            return trouble
        trouble = self._run_step(self._judge_region, participations)
        if trouble:
            return trouble
        if participations:  # without the role for the list it stays as it is
            self._run_step(self._set_available_marketplaces, participations)
        self._run_step(self._fall_back_on_home_marketplace)
        self._learn_access()
        if self.connection_state == "error":
            return self.connection_message
        self._run_step(self._post_linked)
        return ""

    def _judge_region(self, participations):
        """A seller of another region would be asked at the wrong servers.

        :return str: what went wrong in words, empty when the region is right
        """
        shops = self.env["amazon.marketplace"].union(
            *self.env["amazon.marketplace"]
            ._by_api_ref(place.marketplace_id for place in participations)
            .values()
        )
        regions = set(shops.mapped("region"))
        if not regions or self.region in regions or self.environment == "sandbox":
            return ""
        message = _(
            "This seller sells on %(shops)s, but not in the region of %(home)s. Link "
            "it as an account of its own, with one of these as its home marketplace.",
            shops=", ".join(shops.mapped("name")),
            home=self.base_marketplace_id.name,
        )
        self.write({"connection_state": "error", "connection_message": message})
        return message

    def _fall_back_on_home_marketplace(self):
        """Without the role for the list, or in Amazon's sandbox which has one of its
        own, orders come from where the seller registered."""
        if not self.available_marketplace_ids:
            self.available_marketplace_ids = self.base_marketplace_id
            self.active_marketplace_ids = self.base_marketplace_id

    def _post_linked(self):
        self.message_post(
            body=_(
                "Linked to Amazon. Marketplaces: %(marketplaces)s.",
                marketplaces=", ".join(self.available_marketplace_ids.mapped("name")),
            )
        )

    def _find_same_seller(self, company, seller_key, region, environment):
        """A seller must not be linked twice: its orders would come in twice.

        :return: amazon.account, archived ones too, or none
        """
        return self.with_context(active_test=False).search(
            [
                ("company_id", "=", company.id),
                ("seller_key", "=", seller_key),
                ("base_marketplace_id.region", "=", region),
                ("environment", "=", environment),
            ],
            order="active DESC, id",
            limit=1,
        )
