"""Each fault while orders are read once more: by a window of time, and by references
(feature D8)."""

from ..fault_case import FaultCase
from .case import RecoverCase


class TestFaultRecovery(FaultCase, RecoverCase):
    is_button = True

    def test_d8_recovering_a_window_of_time(self):
        self.try_column("searchOrders, window", self._miss_a_week)

    def test_d8_recovering_references(self):
        self.try_column("getOrder, references", self._miss_an_order)

    def _miss_a_week(self):
        window = self.window(30, 10)
        sold = self.long_ago("MUG-BLUE", days=20)
        self.refs = [sold, self.long_ago("MUG-BLUE", days=15, status="CANCELLED")]
        return lambda: self._press(**window)

    def _miss_an_order(self):
        self.refs = [self.long_ago("MUG-BLUE")]
        return lambda: self._press(*self.refs)

    def _press(self, *refs, **values):
        self.wizard = self.recover(*refs, **values)

    def see_outcome(self, operation):
        wizard = self.wizard
        says = f"{wizard.summary} {wizard.line_ids.mapped('message')}"
        if self.account.connection_state == "error":
            self.assertIn(self.account.connection_message, says)
            return "config"
        is_here = self.states().keys() == {*self.refs}
        if is_here and {*self.states().values()} <= {"done", "ignored"}:
            return self.see_detour(operation)
        is_noted = is_here or self.account.recovery_ids
        passes = any(word in says for word in ("by itself", "by themselves"))
        return "noted" if is_noted and passes else says
