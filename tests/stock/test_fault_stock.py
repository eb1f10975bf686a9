"""Each fault while a feed tells Amazon of quantities (features J1, J4)."""

from ..fault_case import FaultCase
from ..stock_case import StockFeedCase


class TestFaultStock(FaultCase, StockFeedCase):
    def test_j1_sending_quantities(self):
        self.try_column("createFeed, quantities", self._count_the_shelves)

    def test_j4_fetching_the_results_of_quantities(self):
        self.try_column("downloadFeedDocument, quantities", self._send_quantities)

    def _count_the_shelves(self):
        self.scan()
        return self.send

    def _send_quantities(self):
        """Amazon has the quantities, and has worked them off."""
        self._count_the_shelves()()
        self._let_time_pass()
        return self.send

    def machines(self):
        return (self.run_cron, self.scan, self.send)

    def is_quiet(self):
        return super().is_quiet() and self.at_amazon() == self.all

    def see_outcome(self, operation):
        states = set(self.messages().mapped("state"))
        if self.account.connection_state == "error":
            return "config"
        if states == {"unknown"}:
            return "asks"
        if states == {"submitted" if operation.startswith("createFeed") else "done"}:
            return self.see_detour(operation)
        return self.see_problem(operation)
