"""Link a seller's account, by Amazon's consent page or with keys that are pasted."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..amazon_api import ConfigError, is_loopback
from .amazon_link_keys import KEYS, trimmed
from .amazon_link_session import get_session_key

SIMULATOR_URL = "http://127.0.0.1:8199"


class AmazonLinkAccount(models.TransientModel):
    _name = "amazon.link.account"
    _description = "Link an Amazon account"
    _inherit = ["amazon.link.keys"]

    account_id = fields.Many2one(
        "amazon.account", ondelete="cascade", help="The account that is linked again."
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    name = fields.Char(help="How you call this seller account in Odoo.")
    environment = fields.Selection(
        [
            ("production", "Amazon"),
            ("sandbox", "Amazon's sandbox"),
            ("simulator", "Simulator, to try it out"),
        ],
        "Link with",
        required=True,
        default="production",
    )
    simulator_url = fields.Char(
        "Simulator address", default=lambda self: self._default_simulator_url()
    )
    base_marketplace_id = fields.Many2one(
        "amazon.marketplace",
        "Home marketplace",
        ondelete="cascade",
        default=lambda self: self._default_marketplace(),
        help="Where you registered as a seller. It decides the region: an account "
        "serves all marketplaces of its region.",
    )
    seller_central_url = fields.Char(related="base_marketplace_id.seller_central_url")
    method = fields.Selection(
        [
            ("own", "I have an app of my own, and its keys"),
            ("oauth", "On Amazon's consent page, by a registered app"),
        ],
        "How",
        required=True,
        default="own",
    )
    has_app = fields.Boolean(compute="_compute_has_app")
    return_url = fields.Char("Return address", compute="_compute_has_app")
    orders_from = fields.Selection(
        [
            ("open", "All that are still to ship"),
            ("moment", "From a moment on"),
            ("new", "Only new ones"),
        ],
        "Orders come in",
        help="Empty: you are asked when the account is linked, and Amazon has said how "
        "many are still to ship.",
    )
    orders_moment = fields.Datetime("Ordered from")
    message = fields.Text("What went wrong", readonly=True)
    suggested_marketplace_id = fields.Many2one(
        "amazon.marketplace",
        "Where the seller sells",
        readonly=True,
        ondelete="cascade",
    )

    # === DEFAULT AND COMPUTE METHODS === #

    @api.model
    def _default_simulator_url(self):
        """Suggest the simulator that the last account used.

        :return str: where the last account found its simulator
        """
        account = (
            self.env["amazon.account"]
            .with_context(active_test=False)
            .search(
                [("environment", "=", "simulator")],
                order="connection_state, id DESC",  # connected ones first
                limit=1,
            )
        )
        return account.simulator_url or SIMULATOR_URL

    @api.model
    def _default_marketplace(self):
        """Suggest the marketplace of the company's country.

        :return: amazon.marketplace of the company's country, or none
        """
        country = self.env.company.country_id
        return self.env["amazon.marketplace"].search(
            [("country_id", "=", country.id), ("country_id", "!=", False)], limit=1
        )

    @api.model
    def default_get(self, fields_list):
        """An account that is linked again keeps what it is."""
        values = super().default_get(fields_list)
        account = self.env["amazon.account"].browse(values.get("account_id"))
        if account:
            values.update(self._prepare_known(account))
        return values

    @api.model_create_multi
    def create(self, vals_list):
        """Add the values that identify an account which is linked again: the form does
        not send them.
        """
        for vals in vals_list:
            account = self.env["amazon.account"].browse(vals.get("account_id"))
            if account:
                known = self._prepare_known(account)
                for name in ("simulator_url", "method", "seller_key"):
                    if name in vals:
                        known.pop(name, None)
                vals.update(known)
        return super().create(vals_list)

    @api.model
    def _prepare_known(self, account):
        """Fill the wizard with what is known of an account that is linked again.

        :return dict: values of the wizard that links an account again
        """
        values = {
            "company_id": account.company_id.id,
            "name": account.name,
            "environment": account.environment,
            "base_marketplace_id": account.base_marketplace_id.id,
            "method": account.link_method,
            "seller_key": account.seller_key,
        }
        if account.simulator_url:
            values["simulator_url"] = account.simulator_url
        return values

    @api.depends("company_id")
    def _compute_has_app(self):
        for wizard in self:
            wizard.has_app = wizard.company_id._has_amazon_app()
            wizard.return_url = wizard.company_id._get_amazon_return_url()

    @api.onchange("base_marketplace_id")
    def _onchange_base_marketplace_id(self):
        """Suggest a name that contains the account's region."""
        regions = dict(
            self.base_marketplace_id._fields["region"]._description_selection(self.env)
        )
        proposals = {f"Amazon {region}" for region in regions.values()}
        if self.base_marketplace_id and (not self.name or self.name in proposals):
            self.name = f"Amazon {regions[self.base_marketplace_id.region]}"

    # === ACTION METHODS === #

    def action_link(self):
        """Test the keys that were pasted, and show the account.

        :return dict: window action, of this form again when Amazon does not let us in
        """
        self.ensure_one()
        self._check_complete()
        if self.orders_from == "moment" and not self.orders_moment:
            raise UserError(_("Enter from when on the orders are wanted."))
        keys, account = self._get_pasted(), self.account_id
        if account:
            self._check_may_write(account)
        if not keys and not account.is_linked:
            raise UserError(
                _(
                    "Paste the client ID, the client secret and the refresh token of "
                    "your app."
                )
            )
        self._check_keys(keys)
        if keys or self.seller_key:
            self._check_pasted(keys)
        values = {"link_method": "own", **keys}
        if self.seller_key:
            values["seller_key"] = trimmed(self.seller_key)
        if account and account.environment == "simulator":
            values["simulator_url"] = self.simulator_url
        account_sudo = account.sudo().with_company(self.company_id)
        trial = account_sudo._try_link({**self._prepare_account_vals(), **values})
        self.suggested_marketplace_id = not account and trial.suggestion
        if trial.error_text:
            return self._show(trial.error_text)
        account_sudo = account_sudo._run_step(self._link, values, trial)
        error_text = account_sudo._in_company()._finish_link()
        if error_text:
            return self._show(error_text)
        if self.orders_from and not account_sudo.orders_from:
            self.account_id._begin_orders(self.orders_from, self.orders_moment)
        return self._open_account()

    def action_use_suggestion(self):
        """Link the seller with the home marketplace that Amazon's answer suggests.

        :return dict: window action, as `action_link`
        """
        self.ensure_one()
        if not self.account_id and self.suggested_marketplace_id:
            self.base_marketplace_id = self.suggested_marketplace_id
            self._onchange_base_marketplace_id()
        return self.action_link()

    def action_consent(self):
        """Send the browser to Amazon's consent page.

        :return dict: action that opens an address
        """
        self.ensure_one()
        self._check_complete()
        if self.account_id:
            self._check_may_write(self.account_id)
        try:
            url = self.env["amazon.link.request"]._open(
                {
                    "account_id": self.account_id.id,
                    "redirect_uri": self.return_url,
                    **self._prepare_account_vals(),
                },
                get_session_key(),
            )
        except ConfigError:
            raise UserError(
                _(
                    "The registered app is not complete, or the home marketplace has "
                    "no Seller Central address. An administrator enters the app under "
                    "Settings > Sales > Connectors > Amazon Sync."
                )
            ) from None
        return {"type": "ir.actions.act_url", "url": url, "target": "self"}

    # === BUSINESS METHODS === #

    def _check_complete(self):
        """Refuse a form without what is needed by consent and by pasted keys alike.

        :raise UserError: something that both ways need is missing
        """
        if not self.name or not self.base_marketplace_id:
            raise UserError(
                _("Give the account a name and choose its home marketplace.")
            )
        if self.environment == "simulator":
            if not is_loopback(self.simulator_url or ""):
                raise UserError(
                    _(
                        "The simulator has to run on this machine: give an address "
                        "such as %(example)s.",
                        example=SIMULATOR_URL,
                    )
                )
        elif self.method == "oauth" and not self.return_url.startswith("https://"):
            raise UserError(
                _(
                    "Amazon comes back to addresses with https only, and this Odoo is "
                    "known as %(url)s. Set up https, or paste the keys of an own app.",
                    url=self.return_url,
                )
            )

    def _check_keys(self, keys):
        """Check that the rest of the form matches the pasted keys.

        :param dict keys: field -> text, all that was pasted so far
        :raise UserError: something is missing, a new account needs all of them
        """
        self._check_complete()
        if self.account_id:
            self._check_may_write(self.account_id)
            return
        if any(name not in keys for name in KEYS):
            raise UserError(
                _(
                    "Client ID, client secret and refresh token belong together: "
                    "paste all three."
                )
            )
        self._check_new_seller()

    def _check_new_seller(self):
        """Refuse a seller that another account is linked to already.

        :raise UserError: the seller is linked already
        """
        known = self.env["amazon.account"]._find_same_seller(
            self.company_id,
            trimmed(self.seller_key),
            self.base_marketplace_id.region,
            self.environment,
        )
        if known:
            raise UserError(
                _(
                    "This seller is linked already: open the account “%(name)s” (it "
                    "may be archived) and press “Link Again”.",
                    name=known.name,
                )
            )

    def _link(self, values, trial):
        """Write the keys on the account, which is created if there is none yet; must be
        run by `_run_step`.

        :param dict values: keys of the account
        :param LinkTrial trial: what Amazon answered to them
        :return: amazon.account, as a user who may not read its keys
        """
        if not self.account_id:
            accounts = self.env["amazon.account"].with_company(self.company_id)
            self.account_id = accounts.create(self._prepare_account_vals())
        account_sudo = self.account_id.sudo()
        account_sudo._store_link(values, trial)
        self._keep_pasted({})
        return account_sudo

    def _prepare_account_vals(self):
        """Prepare what the account is; one that is linked again stays what it is.

        :return dict: values of the account, without keys
        """
        known = self.account_id or self
        return {
            "name": known.name,
            "company_id": known.company_id.id,
            "environment": known.environment,
            "simulator_url": known.environment == "simulator" and self.simulator_url,
            "base_marketplace_id": known.base_marketplace_id.id,
        }

    def _check_may_write(self, account):
        """Check on the user's own rights that they may change the account.

        :raise AccessError: not a manager, or of another company
        """
        account.check_access_rights("write")
        account.check_access_rule("write")

    def _show(self, error_text):
        """Open the form again with a message.

        :return dict: window action of this very form with what went wrong
        """
        self.message = error_text
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_link_account_action"
        )
        return {**action, "res_id": self.id}

    def _open_account(self):
        """Show the account; behind the button of an account it is there already.

        :return dict: client action
        """
        if self.env.context.get("default_account_id") == self.account_id.id:
            return {"type": "ir.actions.act_window_close"}
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_account_action"
        )
        form = [view for view in action["views"] if view[1] == "form"]
        return {
            **action,
            "views": form,
            "view_mode": "form",
            "res_id": self.account_id.id,
            "target": "current",
        }
