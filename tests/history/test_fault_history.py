"""Each fault while orders from before the go-live are read (feature A11)."""

from ..fault_case import FaultCase
from .case import HistoryCase


class TestFaultHistory(FaultCase, HistoryCase):
    def test_a11_reading_history(self):
        self.try_column("searchOrders, history", self._begin)

    def _begin(self):
        self.sold("MUG-BLUE", days=105)
        self.sold("MUG-BLUE", days=104, status="CANCELLED")
        self.history = self.import_history()
        return self.read_on

    def is_quiet(self):
        return super().is_quiet() and self.history.state == "done"

    def see_outcome(self, operation):
        if self.history.state == "done":
            return self.see_detour(operation)
        if self.history.state != "running" or not self.history.next_try_at:
            return self.history.state
        reasons = ("consent", "role")
        texts = [self.account._explain_configuration(reason) for reason in reasons]
        return "config" if self.history.message in texts else "noted"
