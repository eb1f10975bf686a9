"""Nobody gets a secret by what the web client, or anybody signed in, calls (A6)."""

from contextlib import closing
from inspect import signature

from odoo.exceptions import AccessError, UserError

from odoo.addons.amazon_connector.sim import SELLER

from .case import ROLES, SECRETS, SecretsCase

APP_SECRET = "amzn1.oa2-cs.v1.ofanapp"
REFUSALS = (AccessError, UserError, ValueError, KeyError, NotImplementedError)
OPERATORS = ("=", "!=", "=like", "=ilike", "like", "not like", "ilike", "<", ">=")


class TestSecretsByRpc(SecretsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.people = [cls.person(login, groups) for login, groups in ROLES]

    def setUp(self):
        super().setUp()
        self.company.amazon_app_client_secret = APP_SECRET
        self.buy("MUG-BLUE")
        self.sync()
        self.env.flush_all()

    def places(self):
        """The secrets, plain and sealed, and the records from which they can be
        reached.

        :return list: (records, name of a secret as seen from there, the secret)
        """
        account, company = self.account, self.company
        order = self.row(next(iter(self.states())))
        buyer = order.sale_order_id.partner_id
        app = "amazon_app_client_secret"
        places = [(company, app, APP_SECRET), (buyer, f"company_id.{app}", APP_SECRET)]
        places += [(account, name, secret) for name, secret in SECRETS.items()]
        places += [
            (order, f"account_id.{name}", secret) for name, secret in SECRETS.items()
        ]
        sealed = [
            (records, f"{name}_sealed", self.sealed(name.rpartition(".")[2]))
            for records, name, _secret in places
        ]
        return places + sealed

    def sealed(self, name):
        """Read the column of a secret past the ORM.

        :return str: what the table holds
        """
        owner = self.account if name in SECRETS else self.company
        self.env.cr.execute(
            f"SELECT {name}_sealed FROM {owner._table} WHERE id = %s", [owner.id]
        )
        return self.env.cr.fetchone()[0]

    def call(self, records, method, *args, **kwargs):
        """As in a request of its own, in which nothing was read before.

        :return: what comes back, as text; None when it is refused"""
        self.env.invalidate_all()
        try:
            with closing(self.env.cr.savepoint()):
                return repr(getattr(records, method)(*args, **kwargs))
        except REFUSALS:  # what is no name of a field there says nothing else
            return None

    def is_known(self, records, method, kwargs):
        """Whether this series of Odoo has a method with such arguments.

        :return bool: False for what only another series of Odoo has
        """
        if not hasattr(records, method):
            return False
        known = signature(getattr(records, method)).parameters
        return kwargs.keys() <= known.keys()

    def calls(self, name):
        """The calls by which a field could be read.

        :return list: (method, positional arguments, named ones)
        """
        maximum, spec = f"{name}:max", {name: {}}
        bar = {"field": name, "colors": {"x": "success"}}
        return [
            ("mapped", [name], {}),
            ("sorted", [name], {}),
            ("filtered", [name], {}),
            ("grouped", [name], {}),
            ("read", [[name]], {}),
            ("web_read", [spec], {}),
            ("fetch", [[name]], {}),
            ("search_fetch", [[], [name]], {}),
            ("search_read", [[], [name]], {}),
            ("web_search_read", [[], spec], {}),
            ("onchange", [{}, [], spec], {}),
            ("onchange", [{name: "x"}, [name], spec], {}),
            ("web_save", [{}, spec], {}),
            ("read_group", [[], [name], [name]], {}),
            ("read_group", [[], [maximum], []], {}),
            ("formatted_read_group", [[]], {"groupby": [name]}),
            ("formatted_read_group", [[]], {"aggregates": [maximum]}),
            ("web_read_group", [[]], {"fields": [maximum], "groupby": [name]}),
            ("web_read_group", [[]], {"groupby": [name], "aggregates": [maximum]}),
            ("read_progress_bar", [[], name, bar], {}),
            ("search_panel_select_range", [name], {}),
            ("search_panel_select_multi_range", [name], {}),
            ("export_data", [[name.replace(".", "/")]], {}),
            ("name_search", [SELLER.name], {}),
            ("fields_get", [], {}),
            ("default_get", [[name]], {}),
            ("copy_data", [], {}),
            ("copy", [], {}),
        ]

    def test_a6_no_method_of_rpc_gives_a_secret_away(self):
        """Takes long: each role calls some thirty methods at each place of a secret,
        and each call begins with empty caches, as in a request of its own."""
        places = self.places()
        for user in self.people:
            for records, name, _secret in places:
                for method, args, kwargs in self.calls(name):
                    own = records.with_user(user)
                    if not self.is_known(own, method, kwargs):
                        continue
                    shown = self.call(own, method, *args, **kwargs)
                    with self.subTest(f"{user.login} {records._name} {name} {method}"):
                        self.assertNoSecret(shown or "")
                        self.assertNotIn(APP_SECRET, shown or "")
                        self.assertNotIn("gAAAA", shown or "", "not even encrypted")

    def test_a6_no_search_tells_whether_a_guess_is_right(self):
        """Whoever is told so guesses it letter by letter.

        Takes long: each role, place and operator is searched with two guesses in three
        ways, each with empty caches.
        """
        for user in self.people:
            for records, name, secret in self.places():
                own = records.with_user(user)
                for operator in OPERATORS:
                    right, wrong = (
                        [
                            self.call(own, method, [(name, operator, guess)])
                            for method in ("search", "search_count", "filtered_domain")
                        ]
                        for guess in (f"{secret[:9]}%", f"~{secret[:8]}%")
                    )
                    with self.subTest(f"{user.login} {own._name} {name} {operator}"):
                        self.assertEqual(right, wrong)

    def test_a6_no_order_tells_which_secret_is_the_greater(self):
        self._link_account(self.another_seller(), name="Second", refresh_token="Atzr|A")
        for user in self.people:
            for name in (*SECRETS, *(f"{name}_sealed" for name in SECRETS)):
                account = self.account.with_user(user)
                with self.subTest(f"{user.login} {name}"):
                    self.assertIsNone(self.call(account, "search", [], order=name))
                    self.assertIsNone(
                        self.call(account, "search_read", [], ["id"], 0, 5, name)
                    )
