"""The morning digest: what it says, and who gets it (feature W4)."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .case import DigestCase

ACTIONS = ("digest_yesterday", "digest_due", "digest_late", "digest_ending")


@tagged("post_install", "-at_install")
class TestDigest(DigestCase):
    # === what it says === #

    def test_w4_sold_yesterday(self):
        today, yesterday, before = self.orders(3)
        midnight = fields.Datetime.now().replace(hour=0, minute=0, second=0)
        today.date_order = midnight
        yesterday.date_order = midnight - timedelta(seconds=1)
        before.date_order = midnight - timedelta(days=1, seconds=1)
        self.assertIn("Sold yesterday, orders: 1", self.digest())
        self.assertIn(f"{yesterday.amount_total:.2f}", self.digest())
        account = self.account.with_user(self.reader).with_context(tz="UTC")
        found = self.listed(account.action_view_orders_yesterday())
        self.assertEqual(found, yesterday)

    def test_w4_due_and_late(self):
        late, due, later, _wished = self.orders(4)
        now = fields.Datetime.now().replace(hour=12, minute=0)
        with freeze_time(now):
            late.amazon_ship_by = now - timedelta(minutes=1)
            due.amazon_ship_by = now + timedelta(hours=1)
            later.amazon_ship_by = now + timedelta(days=2)
            _wished.amazon_ship_by = now + timedelta(days=3)
            text = self.digest()
        self.assertIn("Due today: 1<", text)
        self.assertIn("Late: 1<", text)

    def test_w4_what_is_nothing_is_not_said(self):
        text = self.digest()
        self.assertIn("Sold yesterday, orders: 0<", text)
        for word in ("Due", "Late", "SKUs", "ends", "Cancelled", "late", "tracking"):
            self.assertNotIn(word, text)

    def test_w4_unmatched(self):
        self.buy("NO-SUCH-SKU")
        self.run_cron()
        self.assertIn("without a product: 1<", self.digest())

    def test_w4_stock_that_ends_this_week(self):
        self.orders(4)  # one each week
        offer = self.env["amazon.offer"].search([("sku", "=", "MUG-BLUE")])
        self.set_stock(offer, 2)
        self.assertNotIn("ends this week", self.digest())
        self.set_stock(offer, 0)
        self.assertNotIn("ends this week", self.digest())
        self.orders(8)
        self.set_stock(offer, 2)
        self.assertIn("Stock that ends this week: MUG-BLUE (2)<", self.digest())
        action = self.account.with_user(self.reader).action_view_stock_ending()
        self.assertEqual(self.listed(action), offer)

    def set_stock(self, offer, quantity):
        offer.flush_recordset()
        self.env.cr.execute(
            "UPDATE amazon_offer SET stock_quantity = %s WHERE id = %s",
            [quantity, offer.id],
        )
        offer.invalidate_recordset()

    def test_w4_rates(self):
        on_time, late, cancelled, wished = self.orders(4)
        now = fields.Datetime.now()
        for order in (on_time, late):
            self.ship(order)
        on_time.amazon_ship_by = now + timedelta(seconds=1)
        late.amazon_ship_by = now - timedelta(hours=1)
        cancelled._amazon_cancel_and_tell("NoInventory")
        wished.amazon_ship_by = now + timedelta(days=3)
        wished._amazon_cancel_and_tell("BuyerCanceled")
        with freeze_time(datetime.now() + timedelta(minutes=1)):
            text = self.digest()
        self.assertIn("Shipped late in 30 days: 50.0 %", text)
        self.assertIn("Cancelled by you in 7 days: 25.0 %", text)
        self.assertIn("Parcels with tracking in 30 days: 100.0 %", text)

    def test_w4_authorizations_that_run_out(self):
        today = fields.Date.today()
        self.account.consent_date = today - timedelta(days=365 - 31)
        self.account.secret_date = today
        self.assertNotIn("authorization", self.digest())
        self.account.consent_date = today - timedelta(days=365 - 30)
        self.assertIn("The authorization at Amazon ends about", self.digest())
        self.account.secret_date = today - timedelta(days=179)
        self.assertIn("The client secret ends about", self.digest())

    def test_w4_each_line_is_a_link_that_opens(self):
        self.orders(1)
        text = self.digest()
        self.assertEqual(text.count("<li>"), text.count("/web#action="))
        seller = self.person("seller")
        for name in ACTIONS:
            action = self.env.ref(f"amazon_connector.{name}_action")
            opened = action.with_user(self.reader).run()
            self.assertIn(opened["res_model"], ("sale.order", "amazon.offer"))
            with self.assertRaises(AccessError):
                action.with_user(seller).run()

    def test_w4_nothing_of_a_buyer(self):
        [order] = self.orders(1)
        order.partner_id.name = "Wilhelmina Buyer"
        order.amazon_ship_by = fields.Datetime.now() - timedelta(hours=1)
        text = self.digest()
        for word in ("Wilhelmina", order.amazon_order_ref, order.partner_id.street):
            self.assertNotIn(word or "Wilhelmina", text)

    # === who gets it === #

    def test_w4_only_who_asked(self):
        self.run_digest()
        self.assertFalse(self.mails())
        self.ask()
        self.assertTrue(self.account.with_user(self.reader).gets_digest)
        self.run_digest()
        self.assertEqual(self.mails().email_to, self.reader.email_formatted)
        self.assertIn("Sold yesterday", self.mails().body_html)
        self.assertTrue(self.mails().auto_delete)
        self.ask()
        self.mails().unlink()
        self.run_digest(fields.Datetime.now() + timedelta(days=1))
        self.assertFalse(self.mails())

    def test_w4_one_mail_each_morning(self):
        self.ask()
        day = fields.Datetime.now().replace(hour=5, minute=59)
        self.run_digest(day)
        self.assertFalse(self.mails())
        for _hour in range(3):
            day += timedelta(hours=1)
            self.run_digest(day)
            self.assertEqual(len(self.mails()), 1)
        self.run_digest(day + timedelta(days=1))
        self.assertEqual(len(self.mails()), 2)

    def test_w4_who_may_not_see_it_any_more_gets_nothing(self):
        self.ask()
        group = self.env.ref("amazon_connector.group_amazon_user")
        self.env.cr.execute(
            "DELETE FROM res_groups_users_rel WHERE gid = %s AND uid = %s",
            [group.id, self.reader.id],
        )
        self.env.registry.clear_cache()
        self.env.invalidate_all()
        self.run_digest()
        self.assertFalse(self.mails())

    def test_w4_rights(self):
        seller = self.account.with_user(self.person("seller"))
        self.assertFalse(seller.digest_body)
        for method in ("action_view_digest", "action_toggle_digest"):
            with self.assertRaises(AccessError):
                getattr(seller, method)()
