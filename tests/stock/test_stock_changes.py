"""Only what changed is looked at, and only what Amazon does not know is sent (feature
J1)."""

from datetime import timedelta

from odoo import _, fields

from ..stock_case import StockCase


class TestStockChanges(StockCase):
    """What the look finds; nothing is sent here."""

    def setUp(self):
        super().setUp()
        self.stock(MUG_BLUE=10, MUG_WHITE=20, TEA_SENCHA=30)
        self.compute()
        self.let_time_pass()

    def changed(self):
        """Find what the next scan counts.

        :return list: SKUs that are computed anew
        """
        account = self.account.sudo()._in_company()
        since = account.stock_read_until - timedelta(minutes=15)
        return sorted(account._find_changed_skus(since))

    def test_j1_nothing_changed(self):
        self.assertEqual(self.changed(), [])

    def test_j1_changed_quant(self):
        self.stock(MUG_BLUE=9)
        self.assertEqual(self.changed(), ["MUG-BLUE"])

    def test_j1_reservation_and_its_end(self):
        customers = self.env.ref("stock.stock_location_customers")
        move = self.env["stock.move"].create(
            {
                "name": _("Amazon move"),
                "product_id": self.products["TEA-SENCHA"].id,
                "product_uom_qty": 3,
                "location_id": self.shelf.id,
                "location_dest_id": customers.id,
                "company_id": self.company.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        self.assertEqual(self.changed(), ["TEA-SENCHA"])
        self.let_time_pass()
        self.assertEqual(self.changed(), [])
        move._action_cancel()
        self.assertEqual(self.changed(), ["TEA-SENCHA"])

    def test_j1_last_piece_leaves_no_quant_behind(self):
        customers = self.env.ref("stock.stock_location_customers")
        move = self.env["stock.move"].create(
            {
                "name": _("Amazon move"),
                "product_id": self.products["MUG-BLUE"].id,
                "product_uom_qty": 10,
                "location_id": self.shelf.id,
                "location_dest_id": customers.id,
                "company_id": self.company.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        move.picked = True
        move._action_done()
        self.env["stock.quant"]._unlink_zero_quants()
        self.env.cr.execute(
            "UPDATE stock_quant SET write_date = write_date - interval '1 hour'"
        )
        self.assertEqual(self.stored("MUG-BLUE", self.shelf), {})
        self.assertEqual(self.changed(), ["MUG-BLUE"])

    def test_j1_changed_offer_and_changed_product(self):
        self.offers["MUG-WHITE"].stock_buffer = 2
        self.assertEqual(self.changed(), ["MUG-WHITE"])
        self.let_time_pass()
        tea = self.products["TEA-SENCHA"].product_tmpl_id
        tea.write({"name": "Sencha, fine", "list_price": 7})
        self.assertEqual(self.changed(), [])
        tea.uom_id = self.env.ref("uom.product_uom_dozen")
        self.assertEqual(self.changed(), ["TEA-SENCHA"])

    def test_j1_settings_of_the_account_change_all(self):
        for name, value in (
            ("stock_basis", "forecast"),
            ("stock_location_ids", self.shelf.ids),
            ("user_id", self.env.user.id),
        ):
            self.account.stock_read_until = fields.Datetime.now()
            self.account[name] = value
            self.assertFalse(self.account.stock_read_until, name)

    def test_j1_transaction_that_commits_late_is_seen_by_the_overlap(self):
        """Its changes bear the time of its beginning, fourteen minutes before the look
        that could not see them yet."""
        self.stock(MUG_BLUE=4)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_quant SET write_date = %s WHERE product_id = %s",
            [
                self.account.stock_read_until - timedelta(minutes=14),
                self.products["MUG-BLUE"].id,
            ],
        )
        self.assertEqual(self.changed(), ["MUG-BLUE"])
        self.compute()
        self.assertEqual(self.offers["MUG-BLUE"].stock_quantity, 4)

    def test_j1_transaction_that_commits_later_still_is_seen_by_the_daily_look(self):
        self.stock(MUG_BLUE=4)
        self.env.flush_all()
        self.let_time_pass()
        self.assertEqual(self.changed(), [])
        self.compute()
        self.assertEqual(self.offers["MUG-BLUE"].stock_quantity, 10)

        account = self.account.sudo()._in_company()
        account.last_full_stock_run = fields.Datetime.now() - timedelta(hours=23)
        self.assertFalse(account._get_due_scan().everything)
        account.last_full_stock_run = fields.Datetime.now() - timedelta(hours=24)
        scan = account._get_due_scan()
        self.assertTrue(scan.everything and scan.refresh and scan.guarded)
        account._compute_stock(scan.everything)
        self.assertEqual(self.offers["MUG-BLUE"].stock_quantity, 4)

    def test_j1_only_what_changed_is_counted(self):
        self.stock(MUG_BLUE=9)
        counted, counting = self.counting()
        with counting:
            self.compute()
        self.assertEqual(counted, [["MUG-BLUE"]])
