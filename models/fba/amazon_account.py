"""What Amazon stores and ships (FBA), read from the top down: cron -> account ->
marketplaces -> rows.

The account says where it lies in Odoo and how it is booked. Amazon is asked what lies
in its warehouses, marketplace by marketplace (operation getInventorySummaries, whose
pages have to follow each other within 30 seconds). The rows of ``amazon.fba.stock`` are
only written when all of them were read completely: a part would make goods disappear.
"""

import logging
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from odoo import _, api, fields, models

from ...amazon_api import (
    ConfigError,
    Retryable,
    SpApiError,
    StockCount,
    count_once,
    stock_pool,
)
from ..account.queue_step import TimeBudget, get_cron_seconds

_logger = logging.getLogger(__name__)
BUTTON_SECONDS = 15
# A daily run takes those that were not read since.
READ_AGAIN_AFTER = timedelta(hours=20)
PAUSE = timedelta(minutes=10)


class OutOfTime(Exception):
    """There are more pages than a button has time for."""


@dataclass(frozen=True)
class FbaDownload:
    """What Amazon says about one stock; linked marketplaces share it.

    ``shops`` are amazon.marketplace, the leading one first; ``facts`` are
    InventorySummary by SKU. Nothing is known of the ``doubtful`` SKUs, nor of those
    that are not mentioned unless ``is_whole``.
    """

    pool: str
    shops: models.Model
    counts: dict[str, StockCount]
    facts: dict
    doubtful: frozenset[str]
    is_whole: bool


def _download_of(pool, shops, inventories):
    """Merge what the marketplaces of one stock say; a SKU of which one is doubtful is
    left out.

    :param list inventories: of all these marketplaces
    :return FbaDownload:
    """
    doubtful = {each.sku for inventory in inventories for each in inventory.unreadable}
    counts = count_once(inventories)
    return FbaDownload(
        pool=pool,
        shops=shops,
        counts={sku: count for sku, count in counts.items() if sku not in doubtful},
        facts={each.sku: each for inv in inventories for each in inv.summaries},
        doubtful=frozenset(doubtful - {None}),
        is_whole=None not in doubtful,
    )


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    fba_lot_policy = fields.Selection(
        [
            ("auto", "Without a lot if allowed, else the oldest"),
            ("stock", "The oldest in stock"),
            ("none", "Always without a lot"),
        ],
        "Lots and serial numbers (FBA)",
        required=True,
        default="auto",
        help="Amazon does not tell which lots it shipped.\n"
        "Odoo allows moves without a lot where the warehouse's operation type for "
        "deliveries neither uses existing lots nor creates new ones.\n"
        "The oldest in stock: lots and serial numbers that lie in the Amazon location, "
        "first in, first out. When there are too few, the order still comes in; it "
        "says what is missing and a person is told.",
    )
    fba_stock_read_at = fields.Datetime("FBA stock read", readonly=True, copy=False)
    fba_stock_message = fields.Text("FBA stock not read", readonly=True, copy=False)
    fba_count_damaged = fields.Boolean(
        "Damaged and missing count",
        default=True,
        help="What Amazon can not sell any more, or is looking for, is still in the "
        "Amazon location when FBA stock is compared.",
    )
    fba_count_inbound = fields.Boolean(
        "On the way counts",
        help="Tick it when you move goods to the Amazon location as soon as they "
        "leave for Amazon: what Amazon has not received yet is compared, too.",
    )
    fba_difference_count = fields.Integer(
        "FBA differences", compute="_compute_fba_difference_count"
    )

    def _get_fba_location(self, marketplace=None):
        """The location of a marketplace's FBA stock, made when the account has none
        yet.

        :param marketplace: amazon.marketplace; None: of the account in general
        :return: one stock.location, where the goods lie that Amazon ships
        """
        if not self.location_id:
            self.location_id = self.company_id._get_amazon_location(self)
        if marketplace:
            return self._for_marketplace("location_id", marketplace)
        return self.location_id

    def _get_lotless_operation(self, location):
        """Find the operation type that lets tracked products go without a lot.

        Odoo takes the permission from the operation type of a move: both ticks for lots
        are off.

        :param location: stock.location where the goods lie
        :return: stock.picking.type, empty when lots have to be named
        """
        warehouse = location.warehouse_id
        delivery = warehouse.out_type_id
        may_go_without = not (delivery.use_existing_lots or delivery.use_create_lots)
        if self.fba_lot_policy == "auto" and delivery and may_go_without:
            return delivery
        if self.fba_lot_policy == "none":
            return self._find_or_create_lotless_operation(warehouse)
        return self.env["stock.picking.type"]

    def _find_or_create_lotless_operation(self, warehouse):
        """An operation type whose moves may be done without a lot.

        :return: an operation type of the company that asks for no lots
        """
        operations = self.env["stock.picking.type"].sudo()
        return operations.with_context(active_test=False).search(
            [
                ("company_id", "=", self.company_id.id),
                ("code", "=", "outgoing"),
                ("use_existing_lots", "=", False),
                ("use_create_lots", "=", False),
            ],
            limit=1,
        ) or operations.create(
            {
                "name": _("Shipped by Amazon"),
                "code": "outgoing",
                "sequence_code": "FBA",
                "company_id": self.company_id.id,
                "warehouse_id": warehouse.id,
                "use_existing_lots": False,
                "use_create_lots": False,
                "active": False,  # no delivery is ever made of it
            }
        )

    # === COMPUTE METHODS === #

    def _compute_fba_difference_count(self):
        rows = self.env["amazon.fba.stock"]
        for account in self:  # shown on the form, one account at a time
            account.fba_difference_count = account.fba_stock_read_at and (
                rows.search_count(
                    [("account_id", "=", account.id), ("has_difference", "=", True)]
                )
            )

    # === ACTION METHODS === #

    def action_read_fba_stock(self):
        """Read what lies in Amazon's warehouses, as far as the time of a button goes.

        :return dict: client action, a notification with the counts
        """
        self._check_may_use()
        self = self.sudo()._in_company()
        self._check_linked()
        budget = TimeBudget(BUTTON_SECONDS)
        counts = self._read_fba_stock(budget, is_button=True)
        if counts["errors"]:
            return self._notify(self.fba_stock_message, "danger")
        if counts["left"]:
            message = _(
                "Amazon has many articles: Odoo reads them in the background, which "
                "takes some minutes."
            )
            return self._notify(message, "warning")
        is_clean = not (
            counts["differing"] or counts["unmatched"] or counts["doubtful"]
        )
        return self._notify(
            self._describe_fba_stock(counts), "success" if is_clean else "warning"
        )

    def action_view_fba_stock(self):
        """Open the comparison of the account, differences first."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_fba_stock_action"
        )
        context = {}
        if self.fba_difference_count:
            context["search_default_differences"] = 1
        return {
            **action,
            "domain": [("account_id", "in", self.ids)],
            "context": context,
        }

    def _describe_fba_stock(self, counts):
        """Summarize a run for the person who started it.

        :param Counter counts: see _read_fba_stock
        :return str: the counts in words
        """
        if not counts["skus"]:
            return _("Amazon has no stock of this account.")
        parts = [_("SKUs read: %s.", counts["skus"])]
        parts += [
            text % counts[key]
            for key, text in [
                ("differing", _("With a difference: %s.")),
                ("unmatched", _("Without a product: %s.")),
                ("doubtful", _("Not readable, left as they were: %s.")),
            ]
            if counts[key]
        ]
        if len(parts) == 1:
            parts.append(_("Odoo and Amazon agree."))
        return " ".join(parts)

    # === BUSINESS METHODS === #

    @api.model
    def _cron_read_fba_stock(self):
        """Read the FBA stock of all accounts that have some, the longest unread first.

        Accounts that never used FBA are not asked: their app may lack the role for it.
        """
        budget = TimeBudget(get_cron_seconds())
        self._for_each_account(
            self.sudo()._get_fba_due(),
            lambda account: account._read_fba_stock(budget),
            _logger,
            self._trigger_fba_cron,
            budget,
        )

    @api.model
    def _get_fba_due(self):
        """Choose the accounts of the next run: those with FBA offers, or read before.

        :return: amazon.account to read, the longest unread first
        """
        accounts = self.search(
            [
                ("is_linked", "=", True),
                "|",
                ("fba_stock_read_at", "=", False),
                ("fba_stock_read_at", "<=", fields.Datetime.now() - READ_AGAIN_AFTER),
            ],
            order="fba_stock_read_at NULLS FIRST, id",
        )
        with_offers = self.env["amazon.offer"]._read_group(
            [("account_id", "in", accounts.ids), ("amazon_channel", "=", "fba")],
            ["account_id"],
        )
        known = {account for (account,) in with_offers}
        return accounts.filtered(lambda one: one.fba_stock_read_at or one in known)

    def _read_fba_stock(self, budget, is_button=False):
        """Read Amazon's stock and compare it. Never raises because of Amazon.

        What Amazon shipped is booked first: Amazon does not count it any more.

        :param TimeBudget budget: a button waits for no page after its end; a cron's
            download is brought to its end
        :return Counter: skus, differing, unmatched, doubtful: how many; left: the cron
            goes on, errors: Amazon could not be read (see fba_stock_message)
        """
        self.ensure_one()
        counts = Counter()
        self._sync_orders(budget, max_pages=1 if is_button else None)
        read_at = fields.Datetime.now()
        try:
            downloads = self._fetch_fba_stock(budget if is_button else None)
        except OutOfTime:
            counts["left"] = 1
            self._run_step(self._trigger_fba_cron)
        except SpApiError as error:
            self._note_fba_error(error, counts)
        else:
            counts.update(self._run_step(self._note_fba_stock, downloads, read_at))
        _logger.info("account %s: FBA stock %s", self.id, dict(counts))
        return counts

    def _fetch_fba_stock(self, budget):
        """Operation getInventorySummaries, all pages of all marketplaces.

        :param TimeBudget budget: None: as long as it takes
        :return list: of FbaDownload
        :raise OutOfTime: the budget is over
        :raise SpApiError: see the pure layer; nothing is known then
        """

        def wait(seconds):
            if budget and budget.is_over:
                raise OutOfTime
            time.sleep(seconds)

        downloads = []
        with self._get_partner() as partner:
            for pool, shops in self._get_fba_pools().items():
                inventories = [
                    partner.get_inventory(shop.api_ref, wait=wait) for shop in shops
                ]
                downloads.append(_download_of(pool, shops, inventories))
        return downloads

    def _get_fba_pools(self):
        """Group the marketplaces by the stock that they share.

        :return dict: name of a stock -> amazon.marketplace that sell out of it, the
        home marketplace first
        """
        home = self.base_marketplace_id
        shops = (self.active_marketplace_ids or home).sorted(
            lambda shop: (shop != home, shop.api_ref)
        )
        return shops.grouped(lambda shop: stock_pool(shop.api_ref))

    def _note_fba_stock(self, downloads, read_at):
        """Store a complete download of the account's stocks and count what it shows.

        :return Counter: see _read_fba_stock
        """
        rows = self.env["amazon.fba.stock"]._note(self, downloads, read_at)
        self.write({"fba_stock_read_at": read_at, "fba_stock_message": False})
        return Counter(
            skus=len(rows),
            differing=len(rows.filtered("has_difference")),
            unmatched=len(rows.filtered(lambda row: not row.product_id)),
            doubtful=sum(len(download.doubtful) for download in downloads),
        )

    def _note_fba_error(self, error, counts):
        """Say on the account why there is nothing new; a passing error is left out.

        :param SpApiError error:
        """
        counts["errors"] = 1
        if isinstance(error, ConfigError) and error.reason == "role":
            # The rest of the connection works: this alone is not allowed.
            message = _(
                "Amazon refuses this to your app: it lacks a role. In Seller Central "
                "(Apps and Services > Develop Apps) give it the role “Amazon "
                "Fulfillment”, then press “Link Again”."
            )
        elif isinstance(error, ConfigError):
            message = self._note_error(error)
        else:
            message = self._explain(error)
        self._run_step(self.write, {"fba_stock_message": message})
        if isinstance(error, Retryable):
            wait = timedelta(seconds=error.retry_after or PAUSE.total_seconds())
            self._run_step(self._trigger_fba_cron, fields.Datetime.now() + wait)

    @api.model
    def _trigger_fba_cron(self, at=None):
        """Schedule the next download of FBA stock.

        :param datetime at: UTC; None: as soon as possible
        """
        self._wake_cron("read_fba_stock", at)
