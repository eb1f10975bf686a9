"""The seller account: its fields, its rights, and what a change of a setting brings. A
marketplace may overrule some settings (feature A10); ``orders_from`` says since when
Odoo works on the orders (feature A11).
"""

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import plaintext2html

from ...amazon_api import is_loopback
from ...tools.reader_time import describe_moment
from .amazon_account_marketplace import FISCAL_POLICIES
from .own_fields import check_own_fields, permitted_values
from .secret_field import Secret, sealed_column

# What decides which quantities are sent to Amazon.
STOCK_SETTINGS = {
    "sync_stock",
    "stock_location_ids",
    "stock_basis",
    "location_id",
    "active_marketplace_ids",
    "user_id",
    "warehouse_id",
    "marketplace_setting_ids",
}
# Watched fields, and the method that refuses a change or does what comes before it.
PREPARED_BY = (
    ({"company_id"}, "_check_company_kept"),
    ({"seller_key"}, "_check_seller_kept"),
    ({"last_orders_sync"}, "_check_order_cursor"),
    ({"environment"}, "_drop_keys"),
)
# Watched fields, and the method that returns what is written together with them: it
# gets the values, and returns further ones.
WRITTEN_TOGETHER = (
    (STOCK_SETTINGS, "_vals_for_stock_settings"),
    ({"seller_key"}, "_vals_for_seller_key"),
    ({"active"}, "_vals_for_reopening"),
    (
        {"refresh_token", "lwa_client_secret", "consent_date", "secret_date"},
        "_vals_for_expiry_dates",
    ),
    ({"active", "refresh_token", "sync_alarm_hours"}, "_vals_for_alarm"),
    (
        {
            "environment",
            "simulator_url",
            "lwa_client_id",
            "lwa_client_secret",
            "refresh_token",
            "base_marketplace_id",
        },
        "_vals_for_connection",
    ),
)
# Watched fields, and the method that does what follows once they are written.
FOLLOWED_BY = (
    ({"refresh_token"}, "_recognize_token"),
    (
        {"seller_key", "base_marketplace_id", "environment", "active", "refresh_token"},
        "_mark_seller",
    ),
    ({"last_orders_sync", "active_marketplace_ids"}, "_follow_order_cursor"),
    ({"consent_date", "secret_date"}, "_close_expiry_reminders"),
    (
        {
            "hold_pending",
            "hold_days",
            "go_live_date",
            "active",
            "refresh_token",
            "warehouse_id",
            "marketplace_setting_ids",
        },
        "_follow_hold_settings",
    ),
    ({"seller_key"}, "_follow_seller_key"),
    ({"orders_from"}, "_follow_orders_from"),
    (
        STOCK_SETTINGS
        | {"dry_run", "stock_guard_share", "stock_guard_count", "stock_now"},
        "_follow_stock_settings",
    ),
    ({"active", "refresh_token"}, "_follow_stock_pause"),
    ({"active"}, "_follow_archiving"),
    ({"invoice_upload"}, "_follow_invoice_upload"),
)


class AmazonAccount(models.Model):
    _name = "amazon.account"
    _description = "Amazon Account"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "amazon.queue.step",
        "amazon.secret.mixin",
    ]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(
        default=True, help="An archived account makes no call to Amazon at all."
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.company,
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        check_company=True,
        ondelete="restrict",
        help="Delivers the orders that you ship (FBM).",
    )
    fiscal_policy = fields.Selection(
        FISCAL_POLICIES, "Fiscal position", required=True, default="auto"
    )
    fiscal_position_id = fields.Many2one(
        "account.fiscal.position",
        "Fixed fiscal position",
        check_company=True,
        ondelete="set null",
    )
    marketplace_setting_ids = fields.One2many(
        "amazon.account.marketplace", "account_id", "Settings by marketplace"
    )
    go_live_date = fields.Datetime(
        "Go-live",
        copy=False,
        help="Orders that buyers placed before this moment do not come into Odoo: they "
        "are delivered where you worked until then. Orders that are in Odoo already "
        "stay. “Import History” brings the earlier ones in for the reports. Empty: no "
        "order is too old to come in once Amazon shows that it changed.",
    )

    @api.constrains("fiscal_policy", "fiscal_position_id")
    def _check_fiscal_position(self):
        self._check_fixed_fiscal_position(self)

    @api.model
    def _check_fixed_fiscal_position(self, settings):
        """Refuse the policy "fixed" without a fiscal position.

        :param settings: amazon.account or amazon.account.marketplace
        """
        for setting in settings:
            if setting.fiscal_policy == "fixed" and not setting.fiscal_position_id:
                raise ValidationError(
                    _("Choose the fiscal position that all orders shall have.")
                )

    def _get_warehouse(self):
        """Find the warehouse that ships the orders.

        Without a choice it is the one that Odoo chooses for orders of the responsible.

        :return: stock.warehouse
        """
        user = self.user_id.with_company(self.company_id)
        return self.warehouse_id or user._get_default_warehouse_id()

    @api.model
    def _describe_fiscal_policy(self, setting):
        """Put the choice of the fiscal position into words.

        :param setting: amazon.account or amazon.account.marketplace
        :return str|False: in words; False where nothing is set
        """
        if setting.fiscal_policy == "fixed":
            return setting.fiscal_position_id.display_name
        labels = self._fields["fiscal_policy"]._description_selection(self.env)
        return dict(labels).get(setting.fiscal_policy, False)

    def _get_marketplace_setting(self, marketplace):
        """Find the settings in which a marketplace differs from the account.

        :param marketplace: amazon.marketplace, may be empty
        :return: amazon.account.marketplace, empty where all is as on the account
        """
        return self.marketplace_setting_ids.filtered(
            lambda setting: setting.marketplace_id == marketplace
        )

    def _for_marketplace(self, name, marketplace):
        """Read a setting as it holds for a marketplace.

        :param str name: of a setting in SHARED
        :param marketplace: amazon.marketplace, may be empty
        :return: the marketplace's own setting, else the account's
        """
        return self._get_marketplace_setting(marketplace)[name] or self[name]

    def _get_fiscal_setting(self, marketplace):
        """Find whose fiscal policy holds for a marketplace: its own or the account's.

        :return: the amazon.account.marketplace or amazon.account whose fiscal policy
        counts
        """
        setting = self._get_marketplace_setting(marketplace)
        return setting if setting.fiscal_policy else self

    def _get_tax_position(self, is_remitted, fiscal_position):
        """Choose the fiscal position by which a line is taxed.

        :param bool is_remitted: Amazon pays the tax of the line to the state itself
        :param fiscal_position: account.fiscal.position of the order
        :return: account.fiscal.position of the line; None when it owes no tax at all
        """
        if not is_remitted:
            return fiscal_position
        return self.remitted_tax_position_id or None

    # === CONSTRAINTS === #

    @api.constrains("environment", "simulator_url")
    def _check_simulator_url(self):
        for account in self:
            if account.environment != "simulator":
                continue
            if not is_loopback(account.simulator_url or ""):
                raise ValidationError(
                    _(
                        "The simulator has to run on this machine: give an address "
                        "such as http://127.0.0.1:8199."
                    )
                )

    @api.constrains("base_marketplace_id", "active_marketplace_ids")
    def _check_region(self):
        for account in self:
            of_other_regions = account.active_marketplace_ids.filtered(
                lambda marketplace, region=account.region: marketplace.region != region
            )
            if of_other_regions:
                raise ValidationError(
                    _(
                        "%(marketplaces)s can not be synchronized by this account: "
                        "Amazon wants an account of its own for each region.",
                        marketplaces=", ".join(of_other_regions.mapped("name")),
                    )
                )

    # === COMPUTE METHODS === #

    @api.depends("refresh_token_sealed")
    def _compute_is_linked(self):
        for account in self:
            account.is_linked = bool(account.refresh_token_sealed)

    def _search_is_linked(self, operator, value):
        values = value if operator in ("in", "not in") else [value]
        positive = operator in ("=", "in")
        wanted = "!=" if (True in values) == positive else "="
        everything = self.sudo().with_context(active_test=False)
        # Nobody may read the column, so nobody may search it in their own name.
        found = everything._search([("refresh_token_sealed", wanted, False)])
        return [("id", "in", found)]

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Create accounts with the dates of their keys, a location and a warehouse."""
        vals_list = permitted_values(self, vals_list)
        for vals in vals_list:
            if "last_orders_sync" in vals:
                self._check_order_cursor(vals)
        accounts = super().create(
            [
                {
                    **self._vals_for_orders_begin(vals),
                    **vals,
                    **self._vals_for_expiry_dates(vals),
                    **self._vals_for_seller_key(vals),
                }
                for vals in vals_list
            ]
        )
        for account, vals in zip(accounts, vals_list, strict=True):
            if vals.get("refresh_token"):
                account._recognize_token(vals)
        accounts._mark_seller()
        for account in accounts.filtered(lambda account: not account.location_id):
            account.location_id = account.company_id._get_amazon_location(account)
        for account in accounts.filtered(lambda account: not account.warehouse_id):
            account.warehouse_id = account._get_warehouse()
        if accounts.filtered(lambda account: account.sync_stock and account.stock_now):
            accounts._forget_stock_companies()
        accounts.filtered("orders_from")._follow_orders_from({})
        return accounts

    def write(self, vals):
        """Write; the tables at the top say what a change brings with it."""
        vals = dict(vals)
        for watched, prepare in PREPARED_BY:
            if watched & vals.keys():
                getattr(self, prepare)(vals)
        check_own_fields(self, vals)
        for watched, complete in WRITTEN_TOGETHER:
            if watched & vals.keys():
                vals |= getattr(self, complete)(vals)
        self._forget_changed_stock_companies(vals)
        result = super().write(vals)
        for watched, follow in FOLLOWED_BY:
            if watched & vals.keys():
                getattr(self, follow)(vals)
        return result

    def unlink(self):
        """Delete; stock held for pending orders becomes free."""
        self.sudo()._release_holds()
        return super().unlink()

    @api.model
    def _vals_for_connection(self, vals):
        """Return the values by which the connection is tested anew."""
        return {"connection_state": "draft", "connection_message": False}

    # === TOOLING === #

    def _check_may_use(self):
        """Refuse whoever is not a user of the connector.

        The buttons work with the rights of the connector, so they are for its users
        only.

        :raise AccessError: not a user of the connector, or of another company
        """
        self.ensure_one()
        user = self.env.user
        if not self.env.su and not user.has_group("amazon_connector.group_amazon_user"):
            raise AccessError(
                _("Only users of the Amazon Connector can do this. Ask your manager.")
            )
        self.read(["name"])  # the sudo that follows must not open other companies

    def _check_may_manage(self):
        """Refuse whoever is not a manager of the connector.

        :raise AccessError: this is for the connector's managers only
        """
        self.ensure_one()
        manager = "amazon_connector.group_amazon_manager"
        if not self.env.su and not self.env.user.has_group(manager):
            raise AccessError(
                _("Only managers of the Amazon Connector can do this. Ask yours.")
            )
        self.read(["name"])  # the sudo that follows must not open other companies

    @api.model
    def _check_shared(self, records, operation):
        """Refuse changes of what all companies share to people of some of them only:
        accounts of the other companies work with it.

        :param records: of whatever model, that belong to no company
        :param str operation: create, write or unlink
        :raise AccessError: an account of a company that the user may not see works
            with the records
        """
        user = self.env.user
        if self.env.su or not records or user.has_group("base.group_system"):
            return
        others = [("active", "=", True), ("company_id", "not in", user.company_ids.ids)]
        if self.sudo().search_count(others, limit=1):
            raise self.env["ir.rule"]._make_access_error(operation, records)

    def _get_responsible(self, *further):
        """Find who is called when a person is needed: somebody who still works here.

        :param further: res.users, called where the account's responsible is gone
        :return: res.users
        """
        admin = self.env.ref("base.user_admin")
        for user in (self.user_id, *further, admin):
            if user.active:
                return user.sudo(False)
        users = self.env["res.users"].sudo()
        users = users.search([("company_ids", "in", self.company_id.ids)], order="id")
        manager = "amazon_connector.group_amazon_manager"
        return users.filtered(lambda user: user.has_group(manager))[:1] or admin

    def _call_responsible(self, record, activity, text, *further, **values):
        """Put something before a person. Titles and SKUs are text, whatever they hold.

        :param record: on which the activity stands
        :param str activity: xmlid of its type
        :param str text: what happened and what to do
        :param further: res.users, see `_get_responsible`
        :param values: of the activity
        """
        user = self._get_responsible(*further)
        record.activity_schedule(
            activity, note=plaintext2html(text), user_id=user.id, **values
        )

    def _in_company(self):
        """Enter an environment of the account's company and no other.

        What a scheduled action writes for people is in the language of the responsible.

        :return: the account
        """
        company = self.company_id
        language = self.env.context.get("lang") or self.user_id.lang
        zone = self.env.context.get("tz") or self.user_id.tz
        return self.with_company(company).with_context(
            allowed_company_ids=company.ids, lang=language, tz=zone
        )

    def _describe_moment(self, moment, is_kept=False):
        """Write a moment for people: by the clock of the reader, with the day when it
        is not today, and with the zone where the reader's is not known.

        :param datetime moment: naive UTC
        :param bool is_kept: the text is stored: always with the day
        :return str:
        """
        return describe_moment(self.env, moment, is_kept)

    def _notify(self, message, kind, title=None):
        """Show a message to the person who pressed the button.

        :param str kind: success, warning or danger
        :return dict: client action that shows the message and reloads the form
        """
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": title or self.name,
                "message": message,
                "type": kind,
                "sticky": kind == "danger",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === Connection === #

    environment = fields.Selection(
        [
            ("production", "Production"),
            ("sandbox", "Amazon's sandbox"),
            ("simulator", "Simulator"),
        ],
        required=True,
        default="production",
        help="The simulator is a program on this machine that plays Amazon; nothing "
        "leaves for Amazon.",
    )

    simulator_url = fields.Char(
        "Simulator address", help="Only this machine, for example http://127.0.0.1:8199"
    )

    lwa_client_id = fields.Char(
        "LWA client ID",
        groups="base.group_system",
        copy=False,
        help="Seller Central: Apps and Services > Develop Apps > View LWA credentials. "
        "Begins with amzn1.application-oa2-client.",
    )

    lwa_client_secret_sealed = sealed_column()

    lwa_client_secret = Secret(
        "LWA client secret",
        help="Shown beside the client ID. Amazon asks to renew it every 180 days.",
    )

    refresh_token_sealed = sealed_column()

    refresh_token = Secret(
        "Refresh token",
        help="Seller Central shows it when you authorize the app. Begins with Atzr|.",
    )

    seller_key = fields.Char(
        "Merchant token",
        copy=False,
        help="Seller Central: Settings > Account Info > Your Merchant Token.",
    )

    is_linked = fields.Boolean(
        compute="_compute_is_linked", search="_search_is_linked", compute_sudo=True
    )

    # draft -[the first answer]-> connected; any -[Amazon refuses us]-> error;
    # error -[an answer]-> connected; any -[other credentials]-> draft
    connection_state = fields.Selection(
        [("draft", "Not tested"), ("connected", "Connected"), ("error", "Error")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        help="A passing trouble, such as no network, does not change the state.",
    )

    connection_message = fields.Text("What to do", readonly=True, copy=False)

    # === Marketplaces === #

    base_marketplace_id = fields.Many2one(
        "amazon.marketplace",
        "Home marketplace",
        required=True,
        ondelete="restrict",
        help="Where the seller registered. It decides the region of the account.",
    )

    region = fields.Selection(related="base_marketplace_id.region")

    available_marketplace_ids = fields.Many2many(
        "amazon.marketplace",
        "amazon_account_available_marketplace_rel",
        string="Available marketplaces",
        readonly=True,
        copy=False,
        help="Where Amazon says that the seller may sell.",
    )

    active_marketplace_ids = fields.Many2many(
        "amazon.marketplace",
        "amazon_account_active_marketplace_rel",
        string="Synchronized marketplaces",
        domain="[('id', 'in', available_marketplace_ids)]",
        copy=False,
        help="Orders of these marketplaces come into Odoo.",
    )

    # === Orders === #

    last_orders_sync = fields.Datetime(
        "Orders read until",
        default=fields.Datetime.now,
        required=True,
        copy=False,
        help="Orders that changed at Amazon since this moment are read next. Set it "
        "back to read earlier orders, too.",
    )

    facilitator_tax = fields.Selection(
        [("exclude", "Leave out"), ("line", "Show as a separate line")],
        "Tax that Amazon remits",
        required=True,
        default="exclude",
        help="Where Amazon collects the tax and pays it to the state by itself, it is "
        "no income of yours.",
    )

    remitted_tax_position_id = fields.Many2one(
        "account.fiscal.position",
        "Fiscal position of remitted tax",
        check_company=True,
        ondelete="restrict",
        help="Leads to the taxes of items whose tax Amazon pays to the state itself, "
        "for example to one of 0 % that your tax report asks for. Without it these "
        "items bear no tax. All other items are taxed as usual.",
    )

    buyer_policy = fields.Selection(
        [
            ("shared", "One customer per marketplace"),
            ("order", "One customer per order, with city and country"),
        ],
        "Unknown buyers",
        required=True,
        default="shared",
        help="Of some buyers Amazon tells neither name nor street, most often when it "
        "ships itself.",
    )

    team_id = fields.Many2one(
        "crm.team",
        "Sales team",
        check_company=True,
        ondelete="set null",
        default=lambda self: self.env.ref(
            "amazon_connector.team_amazon", raise_if_not_found=False
        ),
    )

    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        check_company=True,
        ondelete="set null",
        default=lambda self: self.env.user,
        help="Salesperson of the orders; is told when something needs a person.",
    )

    # === Stock === #

    location_id = fields.Many2one(
        "stock.location",
        "Amazon location",
        check_company=True,
        ondelete="restrict",
        domain="[('usage', '=', 'internal')]",
        help="Where the goods lie that Amazon stores and ships for you (FBA).",
    )

    sync_stock = fields.Boolean(
        "Send stock to Amazon",
        help="Amazon is told the available quantity of the listings that ask for it.",
    )

    dry_run = fields.Boolean(
        "Dry run",
        help="Everything for Amazon is prepared and shown, nothing is sent. Orders "
        "still come in.",
    )
