"""Each fault while FBA stock is read (feature G3)."""

from contextlib import contextmanager
from types import SimpleNamespace
from unittest.mock import patch

from odoo.addons.amazon_connector.models.fba import (
    amazon_account as amazon_account_fba,
)
from odoo.addons.amazon_connector.sim.operations import inventory

from ..fault_case import FaultCase
from .case import FbaStockCase


class TestFaultFbaStock(FaultCase, FbaStockCase):
    """What lies at Amazon is read once a day."""

    def test_g3_reading_fba_stock(self):
        self.try_column("getInventorySummaries", self._store_at_amazon)

    def _store_at_amazon(self):
        self.account.active_marketplace_ids = self.account.base_marketplace_id
        for sku, units in (("MUG-BLUE", 7), ("MUG-WHITE", 3)):
            self.create_fba_offer(sku, sku)
            self.count(sku, units)
        self.store("MUG-BLUE", 5)
        return self._read

    def _read(self):
        clock = SimpleNamespace(sleep=self._wait)
        with patch.object(amazon_account_fba, "time", clock):
            self.read_by_cron()

    def _wait(self, seconds):
        self.assertLess(seconds, 10)
        self._let_time_pass()

    @contextmanager
    def small_pages(self):
        with patch.object(inventory, "PAGE", 1):
            yield

    def is_quiet(self):
        is_read = self.account.fba_stock_read_at and not self.account.fba_stock_message
        return super().is_quiet() and bool(is_read)

    def see_outcome(self, operation):
        says = self.account.fba_stock_message
        if self.account.connection_state == "error":
            self.assertEqual(says, self.account.connection_message)
            return "config"
        if not says and len(self.rows()) == 2:
            return self.see_detour(operation)
        self.assertFalse(self.rows(), "a part would make goods disappear")
        return "role" if "lacks a role" in says else "said"
