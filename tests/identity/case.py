"""Base classes for the identity: a linked account, and attacks by each role."""

from unittest.mock import patch

from odoo.tests import new_test_user

from odoo.addons.amazon_connector.sim import Simulator

from ..common import CHECKED
from ..connection.case import PASTED, LinkCase

__all__ = ["ACCOUNT", "PASTED", "AttackCase", "LinkCase", "NothingLeaves"]

ACCOUNT = "odoo.addons.amazon_connector.models.connection.amazon_account.AmazonAccount"


class NothingLeaves(Exception):
    """A call to Amazon, which a test must not make."""


class AttackCase(LinkCase):
    def person(self, login, *groups, company=None):
        company = company or self.company
        return new_test_user(
            self.env,
            login,
            groups=",".join(groups),
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def listener(self):
        """Somebody listens on this machine, and writes down what comes.

        :return Simulator: another one than the account's
        """
        listener = Simulator(seed=7, **CHECKED)
        listener.start()
        self.addCleanup(listener.stop)
        return listener

    def production(self):
        """An account that works with Amazon, whose calls are only counted.

        :return: amazon.account
        """
        return self._link_account(
            self.another_seller(), environment="production", simulator_url=False
        )

    def opened(self):
        """Count the lines that would be opened to Amazon.

        :return list: of (keys, environment)
        """
        seen = []

        def note(_self, keys, place, _on_call=None):
            seen.append((keys, place.environment, place.region))
            raise NothingLeaves

        patcher = patch(f"{ACCOUNT}._open_partner", note)
        patcher.start()
        self.addCleanup(patcher.stop)
        return seen
