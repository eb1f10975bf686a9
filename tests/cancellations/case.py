"""Base class for the cancellations: who cancels, and what is refused."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user

from ..outbox.case import FeedCase


class CancelCase(FeedCase):
    def user(self, login, groups):
        """Create a user with the given groups.

        :return: res.users of the company
        """
        return new_test_user(
            self.env,
            login,
            groups=groups,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def assertRefused(self, order, *words, action=None):
        """Odoo says in words why not, and nothing happens."""
        state, rows = order.mapped("state"), self.outbox()
        with self.assertRaises(UserError) as caught:
            (action or order.action_cancel)()
        for text in words:
            self.assertIn(text, str(caught.exception))
        self.assertEqual(order.mapped("state"), state)
        self.assertEqual(self.outbox(), rows)
        self.send_twice()
        self.assertEqual(self.world.cancellations(), {})
