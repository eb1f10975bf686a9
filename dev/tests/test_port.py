import unittest
from textwrap import dedent

from dev import port_lint
from dev.paths import ROOT
from dev.port19 import port_text
from dev.port_rules import JS, PY, RULES, XML


class TestRules(unittest.TestCase):
    def test_each_rule_does_what_its_example_says(self):
        for rule in RULES:
            with self.subTest(rule.pattern):
                self.assertEqual(rule.apply(rule.before), rule.after)

    def test_single_quotes_are_understood_too(self):
        text = "{'version': '17.0.1.0.0'}\n{'tax_id': 1, 'type': 'product'}"
        self.assertEqual(
            port_text(text, PY),
            "{'version': '19.0.1.0.0'}\n"
            "{'tax_ids': 1, 'type': 'consu', 'is_storable': True}",
        )

    def test_a_ported_text_is_not_changed_again(self):
        for rule in RULES:
            with self.subTest(rule.pattern):
                ported = port_text(rule.before, rule.suffix)
                self.assertEqual(port_text(ported, rule.suffix), ported)

    def test_lines_keep_their_numbers(self):
        for rule in RULES:
            with self.subTest(rule.pattern):
                ported = port_text(rule.before, rule.suffix)
                self.assertEqual(ported.count("\n"), rule.before.count("\n"))

    def test_what_looks_alike_stays(self):
        text = 'line.product_uom_qty, {"type": "service"}, move.product_uom, x.tax_id'
        self.assertEqual(port_text(text, PY), text)

    def test_groups_get_a_privilege(self):
        text = dedent("""\
            <record id="category" model="ir.module.category">
                <field name="name">Amazon</field>
            </record>
            <record id="user" model="res.groups">
                <field name="category_id" ref="amazon_connector.category" />
                <field
                    name="users"
                    eval="[]"
                />
            </record>
            <record id="hidden" model="res.groups">
                <field name="category_id" ref="base.module_category_hidden" />
            </record>
        """)
        ported = port_text(text, XML)
        self.assertIn(
            '<record id="category_privilege" model="res.groups.privilege">'
            '<field name="name">Amazon</field>'
            '<field name="category_id" ref="category"/></record>',
            ported,
        )
        self.assertIn(
            '<field name="privilege_id" ref="amazon_connector.category_privilege" />',
            ported,
        )
        self.assertIn('name="user_ids"', ported)
        self.assertNotIn("module_category_hidden", ported)
        self.assertEqual(ported.count("\n"), text.count("\n"))

    def test_groups_of_searches_lose_their_attributes(self):
        text = (
            '<search><group\n string="Group By"><filter/></group></search><group a="b">'
        )
        self.assertEqual(
            port_text(text, XML),
            '<search><group>\n<filter/></group></search><group a="b">',
        )


class TestLint(unittest.TestCase):
    def findings(self, text, suffix=PY, name="models/a.py"):
        return [what for _line, what in port_lint.lint_text(text, suffix, name)]

    def test_this_checkout_is_clean(self):
        self.assertEqual(port_lint.lint(ROOT), [])

    def test_each_ban_meets_its_example(self):
        for ban in port_lint.BANS:
            with self.subTest(ban.pattern):
                found = self.findings(ban.example, ban.suffix)
                self.assertTrue(any(each.endswith(ban.reason) for each in found))

    def test_the_line_is_told(self):
        found = list(port_lint.lint_text("\n\nself._cr\n", PY, "models/a.py"))
        self.assertEqual(found, [(3, "self._cr: use self.env")])

    def test_crons_run_for_ever(self):
        cron = '<record id="x" model="ir.cron"><field name="user_id"/>%s</record>'
        self.assertTrue(self.findings(cron % "", XML))
        self.assertTrue(self.findings(cron % '<field name="numbercall">1</field>', XML))
        for good in (
            '<field name="numbercall">-1</field>',
            '<field name="numbercall" eval="-1" />',
        ):
            self.assertFalse(self.findings(cron % good, XML))

    def test_one_place_commits(self):
        text = "def f(self):\n    self.env.cr.commit()\n"
        self.assertTrue(self.findings(text))
        self.assertFalse(self.findings(text, name="models/account/queue_step.py"))
        self.assertFalse(self.findings("repository.commit()"))

    def test_texts_are_translated_where_self_is(self):
        for text in (
            "[_('a') for x in self]",
            "{x: f(_('a %s', x)) for x in self}",
            "', '.join(g(_('a')) for x in self)",
            "[x for y in z for x in _('a')]",
            "[x for x in y if x != _('a')]",
            "self.filtered(lambda each: each.name == _('a'))",
        ):
            self.assertTrue(self.findings(text), text)
        for text in (
            "[x for x in _('a')]",
            "', '.join(x.name for x in self) + _('a')",
            "Kind(reason=lambda self: _('a'))",
            "[x for _, x in y]",
        ):
            self.assertFalse(self.findings(text), text)

    def test_the_pure_layer_needs_no_odoo(self):
        for text in ("import odoo", "from odoo.tools import x", "import a, odoo.http"):
            self.assertTrue(list(port_lint.foreign_imports(text)), text)
        for text in ("from . import odoo", "import odoorpc", "x = 'import odoo'"):
            self.assertFalse(list(port_lint.foreign_imports(text)), text)

    def test_modules_of_the_web_client_are_marked(self):
        self.assertTrue(self.findings("import x", JS, "static/src/a.js"))
        self.assertFalse(self.findings("/** @odoo-module **/", JS, "static/src/a.js"))
