"""One order number belongs to one account of the whole database (feature A13)."""

from copy import copy
from unittest.mock import patch

from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.account.queue_step import QueueStep
from odoo.addons.amazon_connector.sim import SELLER

from ..common import AmazonCase


class TestOneSeller(AmazonCase):
    def _link_twice(self, **values):
        """The same seller by another app, and with a mistyped merchant token: nothing
        that is entered shows who it is.

        :return: amazon.account
        """
        seller = copy(self.world.sellers[0])
        seller.refresh_token = "Atzr|another app"
        self.world.sellers.append(seller)
        return self._link_account(
            seller, **{"name": "Twin", "seller_key": "A1MISTYPED1234", **values}
        )

    def test_a13_order_of_another_account_is_for_a_person(self):
        ref = self.buy("MUG-BLUE")
        self.run_cron()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        other = self._link_twice(company_id=company.id, location_id=False)
        self.world.touch(ref)
        self.run_cron()
        rows = self.row(ref)
        self.assertEqual(len(rows), 2)
        twin = rows.filtered(lambda row: row.account_id == other)
        self.assertRecordValues(
            twin,
            [{"state": "failed", "error_kind": "config", "sale_order_id": False}],
        )
        self.assertIn(
            f"The account “{SELLER.name}” of Tea & Mugs has this order",
            twin.error_message,
        )
        self.assertEqual(len(self.sale_order(ref)), 1)
        self.assertEqual(other.problem_count, 1)
        twin.action_retry()
        self.assertEqual(twin.state, "failed")
        self.assertEqual(len(self.sale_order(ref)), 1)

    def test_a13_of_two_that_read_at_once_the_first_one_has_it(self):
        other = self._link_twice()
        ref = self.buy("MUG-BLUE")
        self.run_cron()
        self.run_cron()
        self.assertEqual(len(self.sale_order(ref)), 1)
        states = {row.account_id: row.state for row in self.row(ref)}
        self.assertEqual(sorted(states.values()), ["done", "failed"])
        self.assertEqual(set(states), {self.account, other})

    def test_a13_what_is_not_for_odoo_is_no_problem_of_the_other_one(self):
        other = self._link_twice()
        ref = self.buy("MUG-BLUE", channel_name="NON_AMAZON")
        self.run_cron()
        self.assertEqual(set(self.row(ref).mapped("state")), {"ignored"})
        self.assertEqual(other.problem_count, 0)

    def test_a13_seller_linked_anew_takes_its_orders_over(self):
        refs = [self.buy("MUG-BLUE") for _number in range(3)]
        self.run_cron()
        orders = self.env["sale.order"].search([("amazon_order_ref", "in", refs)])
        self.account.action_archive()
        anew = self._link_account(SELLER, name="Anew")
        self.world.cancel(refs[0])
        self.account = anew
        self.run_cron()
        self.assertEqual(self.states(), dict.fromkeys(refs, "done"))
        self.assertEqual(orders.amazon_account_id, anew)
        self.assertEqual(self.sale_orders(), orders.sorted(reverse=True) & orders)
        self.assertEqual(self.sale_order(refs[0]).state, "cancel")
        self.assertEqual(
            self.env["amazon.order"].search_count([("amazon_order_ref", "in", refs)]),
            3,
        )
        self.assertIn(
            "belong to this account now", str(anew.message_ids.mapped("body"))
        )

    def test_a13_seller_linked_anew_twice(self):
        refs = [self.buy("MUG-BLUE") for _number in range(2)]
        self.run_cron()
        for name in ("Second", "Third"):
            self.account.action_archive()
            self.account = self._link_account(SELLER, name=name)
            self.world.touch(refs[0])
            refs.append(self.buy("MUG-BLUE"))
            self.run_cron()
            self.assertEqual(self.states(), dict.fromkeys(refs, "done"))
        orders = self.sale_orders()
        self.assertEqual(len(orders), 4)
        self.assertEqual(orders.amazon_account_id, self.account)

    def test_a13_archived_account_that_is_woken_again_takes_its_orders_back(self):
        first = self.account
        refs = [self.buy("MUG-BLUE")]
        self.run_cron()
        first.action_archive()
        self.account = self._link_account(SELLER, name="Anew")
        self.world.touch(refs[0])
        refs.append(self.buy("MUG-BLUE"))
        self.run_cron()
        self.account.action_archive()
        first.write({"active": True, **self.keys_of(SELLER)})
        self.account = first
        for ref in refs:
            self.world.touch(ref)
        self.run_cron()
        self.assertEqual(self.states(), dict.fromkeys(refs, "done"))
        self.assertEqual(self.sale_orders().amazon_account_id, first)
        self.assertEqual(len(self.sale_orders()), 2)

    def test_a13_open_deliveries_are_confirmed_for_the_new_account(self):
        ref = self.buy("MUG-BLUE")
        self.run_cron()
        order = self.sale_order(ref)
        self.account.action_archive()
        self.account = self._link_account(SELLER, name="Anew")
        self.account._take_over_all_orders()
        self.assertEqual(order.amazon_account_id, self.account)
        carrier = self.env["delivery.carrier"].search([], limit=1)
        picking = order.picking_ids
        picking.carrier_id = carrier
        picking.carrier_tracking_ref = "T1"
        for move in picking.move_ids:
            move.quantity, move.picked = move.product_uom_qty, True
        picking._action_done()
        self.assertEqual(picking.amazon_submission_ids.account_id, self.account)

    def test_a13_archived_account_of_another_company_is_for_a_person(self):
        ref = self.buy("MUG-BLUE")
        self.run_cron()
        self.account.action_archive()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.account = self._link_account(
            SELLER, name="Elsewhere", company_id=company.id, location_id=False
        )
        self.world.touch(ref)
        self.run_cron()
        self.assertEqual(self.states(), {ref: "failed"})
        self.assertEqual(len(self.sale_order(ref)), 1)
        row = self.row(ref).filtered(lambda row: row.account_id == self.account)
        self.assertIn("The archived account", row.error_message)
        self.assertNotIn("Archive one", row.error_message)

    def test_a13_of_another_company_only_names_are_shown(self):
        """Neither what was sold there, nor under which number."""
        ref = self.buy("MUG-BLUE")
        self.run_cron()
        order = self.sale_order(ref)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        for is_archived in (False, True):
            if is_archived:
                self.account.action_archive()
            other = self._link_twice(
                company_id=company.id, location_id=False, active=True
            )
            self.world.touch(ref)
            self.run_cron()
            rows = self.row(ref)
            twin = rows.filtered(lambda row, mine=other: row.account_id == mine)
            with self.subTest(is_archived=is_archived):
                texts = f"{twin.error_message} {other.message_ids.mapped('body')}"
                texts += str(other.activity_ids.mapped("note"))
                self.assertIn("Tea & Mugs", texts)
                for hidden in (
                    order.name,
                    self.account.seller_key,
                    f"{order.amount_total:.2f}",
                ):
                    self.assertNotIn(hidden, texts)
            other.action_archive()

    def test_a13_what_the_archived_account_did_not_import_comes_in(self):
        ref = self.buy("MUG-BLUE", status="PENDING")
        self.run_cron()
        self.account.action_archive()
        self.account = self._link_account(SELLER, name="Anew")
        self.world.authorize_payment(ref)
        self.run_cron()
        self.assertEqual(self.states(), {ref: "done"})

    def test_a13_waiting_order_of_an_archived_account_comes_in_elsewhere(self):
        """An account changes its company by being archived and linked there."""
        ref = self.buy("MUG-BLUE", status="PENDING")
        self.run_cron()
        self.account.action_archive()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.account = self._link_account(
            SELLER, name="Elsewhere", company_id=company.id, location_id=False
        )
        self.world.authorize_payment(ref)
        self.run_cron()
        states = {row.account_id: row.state for row in self.row(ref)}
        self.assertEqual(states[self.account], "done")
        self.assertEqual(self.sale_order(ref).amazon_account_id, self.account)

    def test_a13_same_token_is_the_same_seller(self):
        ref = self.buy("MUG-BLUE")
        self.run_cron()
        for known in ("A1MISTYPED1234", False):
            self.account.seller_key = known
            self.account.action_archive()
            self.account = self._link_account(SELLER, name=f"After {known}")
            self.world.touch(ref)
            self.run_cron()
            self.assertEqual(self.states(), {ref: "done"})
            self.assertEqual(self.sale_order(ref).amazon_account_id, self.account)

    def test_a13_two_that_read_the_same_hold_its_goods_once(self):
        self.store("MUG-BLUE", 10, location=self.warehouse.lot_stock_id)
        other = self._link_twice()
        (self.account + other).hold_pending = True
        ref = self.buy("MUG-BLUE", status="PENDING")
        self.run_cron()
        self.run_cron()
        self.assertEqual(len(self.row(ref)), 2)
        holds = self.env["stock.move"].search([("amazon_order_id", "!=", False)])
        self.assertEqual(sum(holds.mapped("product_uom_qty")), 1)
        self.world.authorize_payment(ref)
        self.run_cron()
        self.run_cron()
        self.assertFalse(self.row(ref).filtered("held_until"))
        self.assertEqual(len(self.sale_order(ref)), 1)

    def test_a13_what_the_first_one_shipped_was_not_shipped_without_odoo(self):
        ref = self.buy("MUG-BLUE")
        self.run_cron()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        other = self._link_twice(company_id=company.id, location_id=False)
        self.world.ship_fbm(ref)
        self.run_cron()
        twin = self.row(ref).filtered(lambda row: row.account_id == other)
        self.assertEqual(twin.state, "ignored")
        self.assertFalse(twin.shipped_without)
        self.assertEqual(other.problem_count, 0)


class TestTwoAccountsAtOnce(AmazonCase):
    """Each account has a transaction of its own that sees what is committed, and the
    lock of a company does not keep two companies apart."""

    def test_a13_of_two_that_import_at_once_one_fails_for_a_person(self):
        # In the currency of the main company: the other transactions would wait for
        # what this one has written, such as a currency that it has activated.
        currency = self.env.ref("base.main_company").currency_id.name
        ref = self.buy("MUG-BLUE", currency=currency)
        with self.account._get_partner() as partner:
            order = partner.get_order(ref)
        self.account._commit()  # the log of calls is of this transaction
        with self.registry.cursor() as cr:
            ids = self._create_rows(self.env(cr=cr), ref)
        self.addCleanup(self._forget, *ids)
        with self.registry.cursor() as cr_one, self.registry.cursor() as cr_two:
            first, second = (
                self.env(cr=cr)["amazon.order"].browse(row_id)
                for cr, row_id in zip((cr_one, cr_two), ids[0], strict=True)
            )
            cr_two.execute("SET LOCAL lock_timeout = '20s'")
            for row in (first, second):
                row.read(["state"])  # both begin before either has ended
            sale_order = self.env(cr=cr_one)["sale.order"].browse(ids[2])
            sale_order.amazon_order_ref = ref
            first._set_done({ref: sale_order})
            sale_order.flush_recordset()
            cr_one.commit()
            self.assertFalse(second._find_elsewhere())
            counts = self._import(second, order)
            self.assertEqual(+counts, {"failed": 1})
            self.assertFalse(second.sale_order_id)
            self.assertEqual(second.error_kind, "config")
            self.assertIn("“First”", second.error_message)
            found = second.env["sale.order"].search([("amazon_order_ref", "=", ref)])
            self.assertEqual(found.ids, [ids[2]])
            cr_two.rollback()

    def _import(self, row, order):
        """Import as a worker does, who begins again on what others have written."""
        account = row.account_id.sudo()._in_company()
        with (
            patch.object(QueueStep, "_rollback", lambda step: step.env.cr.rollback()),
            mute_logger("odoo.sql_db"),
        ):
            row = row.with_env(account.env)
            return row._import_batch(account, {row.amazon_order_ref: order})

    def _create_rows(self, env, ref):
        """Two accounts have noted the order, the second one before the first.

        :return tuple: ids of the rows, of the accounts, and of a sale order of the
            first account
        """
        accounts = env["amazon.account"].create(
            [
                {
                    "name": name,
                    "company_id": env.ref("base.main_company").id,
                    "base_marketplace_id": self.account.base_marketplace_id.id,
                    "team_id": False,
                }
                for name in ("First", "Second")
            ]
        )
        rows = env["amazon.order"].create(
            [
                {
                    "account_id": account.id,
                    "amazon_order_ref": ref,
                    "marketplace_id": self.account.base_marketplace_id.id,
                    "amazon_channel": "fbm",
                }
                for account in accounts[::-1]
            ]
        )
        sale_order = env["sale.order"].create(
            {
                "partner_id": env["res.partner"].search([], limit=1).id,
                "company_id": accounts[0].company_id.id,
                "amazon_account_id": accounts[0].id,
            }
        )
        env.flush_all()
        return rows[::-1].ids, accounts.ids, sale_order.id

    def _forget(self, _row_ids, account_ids, sale_order_id):
        with self.registry.cursor() as cr:
            env = self.env(cr=cr)
            env["sale.order"].browse(sale_order_id).unlink()
            accounts = env["amazon.account"].browse(account_ids)
            env["amazon.order"].search([("account_id", "in", account_ids)]).unlink()
            accounts.unlink()
            env.flush_all()
