"""The rules that carry a text from Odoo 17.0 to 19.0, each with an example.

Sources are formatted by ruff and by prettier: strings in either quotes, XML elements
on one line or on many.
"""

import re
from dataclasses import dataclass

XML, PY, JS = ".xml", ".py", ".js"


@dataclass(frozen=True)
class Rule:
    """One replacement in all files of a kind, with an example that a test runs."""

    suffix: str
    pattern: str
    replacement: str
    before: str
    after: str

    def apply(self, text):
        """Return the text with the rule applied; its number of lines stays."""

        def replace(match):
            new = match.expand(self.replacement)
            return new + "\n" * (match[0].count("\n") - new.count("\n"))

        return re.sub(self.pattern, replace, text, flags=re.S)


#: a Monday in a filter of 17.0
DAYS_FROM_MONDAY = (
    r"\(datetime\.datetime\.combine\(context_today\(\) \+ "
    r"relativedelta\(weeks=-{weeks}, days=1, weekday=0\), datetime\.time\(0, 0, 0\)\)"
    r"\.to_utc\(\)\)\.strftime\('%Y-%m-%d %H:%M:%S'\)"
)

RULES = (
    # manifest
    Rule(
        PY,
        r"""(["']version["']: ["'])17\.0\.""",
        r"\g<1>19.0.",
        '"version": "17.0.1.2.3"',
        '"version": "19.0.1.2.3"',
    ),
    # charts are loaded when somebody opens one, and with them what extends them
    Rule(
        PY,
        r'("web\.assets_backend": \[)("amazon_connector/static/src/)(\*\*/\*"\]),',
        r'\1\2**/*", ("remove", \2graph/**/*")], '
        r'"web.assets_backend_lazy": [\2graph/**/*"],',
        '"web.assets_backend": ["amazon_connector/static/src/**/*"],',
        '"web.assets_backend": ["amazon_connector/static/src/**/*", '
        '("remove", "amazon_connector/static/src/graph/**/*")], '
        '"web.assets_backend_lazy": ["amazon_connector/static/src/graph/**/*"],',
    ),
    # procurement groups are gone: their rule search is the rule's own
    Rule(
        PY,
        r"""(_inherit = ["'])procurement\.group""",
        r"\1stock.rule",
        '_inherit = "procurement.group"',
        '_inherit = "stock.rule"',
    ),
    # security
    Rule(
        XML,
        r'(<field\s+name="group)s_id"',
        r'\1_ids"',
        '<field\n    name="groups_id" eval="[]" />',
        '<field\n    name="group_ids" eval="[]" />',
    ),
    # crons repeat for ever, and the field for it is gone
    Rule(
        XML,
        r'<field\s+name="(?:numbercall|doall)"(?:[^<>]*/>|[^<>]*>[^<>]*</field>)',
        "",
        '<field name="numbercall">-1</field>\n<field name="doall" eval="False" />',
        "\n",
    ),
    # 19.0's own script loses the days of "the Monday of last week"
    Rule(
        XML,
        DAYS_FROM_MONDAY.format(weeks=2),
        "'=monday -1w'",
        "('date', '&gt;=', (datetime.datetime.combine(context_today() + "
        "relativedelta(weeks=-2, days=1, weekday=0), datetime.time(0, 0, 0)).to_utc())"
        ".strftime('%Y-%m-%d %H:%M:%S'))",
        "('date', '&gt;=', '=monday -1w')",
    ),
    Rule(
        XML,
        DAYS_FROM_MONDAY.format(weeks=1),
        "'=monday'",
        "('date', '&lt;', (datetime.datetime.combine(context_today() + "
        "relativedelta(weeks=-1, days=1, weekday=0), datetime.time(0, 0, 0)).to_utc())"
        ".strftime('%Y-%m-%d %H:%M:%S'))",
        "('date', '&lt;', '=monday')",
    ),
    # views
    Rule(
        XML,
        r'<div\s+class="oe_chatter"\s*>.*?</div>',
        "<chatter/>",
        '<div class="oe_chatter">\n<field name="message_ids"/>\n</div>',
        "<chatter/>\n\n",
    ),
    Rule(
        XML,
        't-name="kanban-box"',
        't-name="card"',
        't-name="kanban-box"',
        't-name="card"',
    ),
    Rule(
        XML,
        't-name="kanban-menu"',
        't-name="menu"',
        't-name="kanban-menu"',
        't-name="menu"',
    ),
    Rule(
        XML,
        r'<group\s+expand="[01]"(?:\s+string="[^"]*")?\s*>',
        "<group>",
        '<group expand="0" string="Group By">',
        "<group>",
    ),
    Rule(
        XML,
        r"\bmove_ids_without_package\b",
        "move_ids",
        """<xpath expr="//field[@name='move_ids_without_package']/tree"/>""",
        """<xpath expr="//field[@name='move_ids']/tree"/>""",
    ),
    Rule(
        XML,
        r"""(@name='order_line'\]/[^"]*@name=')tax_id'""",
        r"\1tax_ids'",
        """//field[@name='order_line']/tree/field[@name='tax_id']""",
        """//field[@name='order_line']/tree/field[@name='tax_ids']""",
    ),
    Rule(
        XML,
        r"""(@name='order_line'\]/[^"]*@name=')product_uom'""",
        r"\1product_uom_id'",
        """//field[@name='order_line']/tree/field[@name='product_uom']""",
        """//field[@name='order_line']/tree/field[@name='product_uom_id']""",
    ),
    # products
    Rule(
        XML,
        r'<field\s+name="detailed_type"\s*>product</field>',
        '<field name="type">consu</field><field name="is_storable" eval="True"/>',
        '<field name="detailed_type">product</field>',
        '<field name="type">consu</field><field name="is_storable" eval="True"/>',
    ),
    Rule(
        XML,
        r'name="detailed_type"',
        'name="type"',
        '<field name="detailed_type">service</field>',
        '<field name="type">service</field>',
    ),
    Rule(
        PY,
        r"""(["'])(?:detailed_)?type\1: (["'])product\2""",
        r"\1type\1: \1consu\1, \1is_storable\1: True",
        '{"detailed_type": "product"}',
        '{"type": "consu", "is_storable": True}',
    ),
    Rule(
        PY,
        r"""(["'])detailed_type\1: """,
        r"\1type\1: ",
        '{"detailed_type": "service"}',
        '{"type": "service"}',
    ),
    Rule(
        PY,
        r"""\((["'])((?:\w+\.)*)(?:detailed_)?type\1, ["']=["'], ["']product["']\)""",
        r"(\1\2is_storable\1, \1=\1, True)",
        '("product_id.detailed_type", "=", "product")',
        '("product_id.is_storable", "=", True)',
    ),
    Rule(
        PY,
        r"""\b(product\w*|p)\.(?:detailed_)?type == ["']product["']""",
        r"\1.is_storable",
        'line.product_id.detailed_type == "product"',
        "line.product_id.is_storable",
    ),
    # sale order lines
    Rule(
        PY,
        r"""(["'])tax_id\1""",
        r"\1tax_ids\1",
        '{"tax_id": [Command.set(taxes.ids)]}',
        '{"tax_ids": [Command.set(taxes.ids)]}',
    ),
    Rule(
        PY,
        r"\b(line|order_line)\.tax_id\b",
        r"\1.tax_ids",
        "line.tax_id",
        "line.tax_ids",
    ),
    Rule(
        PY,
        r"\b(line|order_line)\.product_uom\b",
        r"\1.product_uom_id",
        "line.product_uom, line.product_uom_qty",
        "line.product_uom_id, line.product_uom_qty",
    ),
    # stock moves have no description of their own any more
    Rule(
        PY,
        r"""["']name["']: _\(\s*["']Amazon move(?:[^()]|\([^()]*\))*\),""",
        "",
        '"name": _(\n    "Amazon move %s", order.name\n),',
        "\n\n",
    ),
    Rule(
        PY,
        r"\bgroup_operator=",
        "aggregator=",
        'group_operator="sum"',
        'aggregator="sum"',
    ),
    # a wizard no more
    Rule(
        PY,
        r"""models\.TransientModel(\):\s*_inherit = ["']account\.move\.send["'])""",
        r"models.AbstractModel\1",
        'models.TransientModel):\n    _inherit = "account.move.send"',
        'models.AbstractModel):\n    _inherit = "account.move.send"',
    ),
    # tests
    Rule(
        PY,
        r"""(["'])price_include\1: True""",
        r"\1price_include_override\1: \1tax_included\1",
        '{"price_include": True}',
        '{"price_include_override": "tax_included"}',
    ),
    Rule(
        JS,
        r"""\brun: (["'`])text """,
        r"run: \1edit ",
        'run: "text Bolt",',
        'run: "edit Bolt",',
    ),
)
