"""Find what the sources must not contain: not 17.0, not portable, or out of place.

Most of it would be a silent difference between the two series; `python3 -m dev test`
runs this first, as a unit test.
"""

import ast
import re
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from .port_rules import JS, PY, XML

#: no Odoo in these folders
PURE = ("amazon_api", "sim", "dev")
#: of these, what a command runs inside an Odoo process
INSIDE = "dev/inside"
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
#: the only place that commits
COMMITS = "models/account/queue_step.py"


@dataclass(frozen=True)
class Ban:
    """A text that Odoo code may not contain, with the reason and an example."""

    suffix: str
    pattern: str
    reason: str
    example: str


BANS = (
    # -- exists after 17.0 only
    Ban(XML, r"<list\b|/list[/\[]", "17.0 knows <tree>", "<list>"),
    Ban(XML, r"<chatter\b", "17.0 knows div.oe_chatter", "<chatter/>"),
    Ban(XML, r't-name="card"', "17.0 knows kanban-box", '<t t-name="card">'),
    Ban(
        XML,
        r'name="(?:group_ids|privilege_id|user_ids|is_storable)"',
        "a field of 19.0",
        '<field name="group_ids"/>',
    ),
    Ban(
        XML,
        r"@name='(?:product_uom_id|tax_ids)'",
        "a field of 19.0's order lines",
        "//tree/field[@name='tax_ids']",
    ),
    Ban(
        PY,
        r"\bmodels\.(?:Constraint|Index|UniqueIndex)\(",
        "17.0 knows _sql_constraints",
        'models.Constraint("unique(a)")',
    ),
    Ban(PY, r"\baggregator=", "17.0 knows group_operator", 'aggregator="sum"'),
    Ban(PY, r"\benv\._\(", "17.0 knows _()", 'self.env._("x")'),
    Ban(PY, r"@api\.private\b", "not in 17.0", "@api.private"),
    Ban(PY, r"\bfields\.Domain\b|import Domain\b", "not in 17.0", "fields.Domain"),
    Ban(
        PY,
        r"\.(?:check_access|has_access|_filtered_access|lock_for_update"
        r"|try_lock_for_update|_commit_progress|_notify_progress)\(",
        "not in 17.0",
        "order.check_access('read')",
    ),
    Ban(
        PY,
        r"\b(?:is_storable|price_include_override|privilege_id|LockError)\b",
        "not in 17.0",
        "product.is_storable",
    ),
    Ban(
        PY,
        r"odoo\.tests import .*\bfreeze_time\b",
        "use freezegun",
        "from odoo.tests import freeze_time",
    ),
    Ban(
        JS,
        r"""\brun: ["'`](?:edit|fill|select|press) """,
        "17.0 knows text",
        'run: "edit x"',
    ),
    # -- removed in 19.0, and no rule carries it over
    Ban(PY, r"\bself\._(?:cr|uid|context)\b", "use self.env", "self._cr.execute(q)"),
    Ban(
        PY, r"\buser_has_groups\(", "use env.user.has_group", "self.user_has_groups(g)"
    ),
    Ban(
        PY,
        r"\bdef (?:name_get|_name_search|toggle_active)\(",
        "not in 19.0",
        "def name_get(self):",
    ),
    Ban(
        PY,
        r"\bodoo\.registry\(",
        "use odoo.modules.registry.Registry",
        "odoo.registry(d)",
    ),
    Ban(PY, r"\bgroups_id\b", "groups_id is gone in 19.0", "user.groups_id"),
    Ban(
        PY,
        r"\b(?:uom_po_id|packaging_ids|product_packaging_id|procurement_group_id"
        r"|stock_valuation_layer_ids|move_ids_without_package"
        r"|move_line_ids_without_package|return_location"
        r"|(?<!_fields\.get\(\")scrap_location)\b",
        "not in 19.0",
        "product.uom_po_id",
    ),
    Ban(PY, r"\bSavepointCase\b", "use TransactionCase", "class T(SavepointCase):"),
    Ban(
        XML,
        r"@name='(?:mobile|title|scrap_location|return_location|detailed_type)'",
        "no such anchor in 19.0",
        "//field[@name='mobile']",
    ),
    Ban(
        XML,
        r"product\.product_category_all|uom\.product_uom_categ_unit"
        r"|stock\.stock_location_locations",
        "no such record in 19.0",
        "ref('product.product_category_all')",
    ),
    Ban(
        XML,
        r">inline</field>",
        "no target inline in 19.0",
        '<field name="target">inline</field>',
    ),
    Ban(
        XML, r"\bkanban_(?:image|color|getcolor)\(", "not in 19.0", "kanban_image('a')"
    ),
    Ban(
        JS,
        r"""useService\(["'](?:rpc|user)["']\)|@web/legacy|\$\(""",
        "not in 19.0",
        'useService("rpc")',
    ),
    Ban(JS, r"\b(?:extra_trigger|in_modal):", "not in 19.0", "extra_trigger: '.x'"),
    # -- upgrade_code reads it with literal_eval, and it must not shadow the ORM
    Ban(
        PY,
        r"_sql_constraints\s*=\s*\[[^\]]*(?:\b_\(|\bf['\"]|%\s*\()",
        "_sql_constraints must be plain literals",
        '_sql_constraints = [("a", "unique(a)", _("x"))]',
    ),
    Ban(
        PY,
        r"_sql_constraints\s*=\s*\[[^\]]*\(\s*['\"]"
        r"(?:check_company|name|order|table|rec_name)['\"]",
        "becomes an attribute that shadows the ORM's in 19.0",
        '_sql_constraints = [("check_company", "CHECK(1)", "x")]',
    ),
)


def lint(root):
    """Return the findings in a checkout, as `path:line: text: reason`."""
    findings = []
    for path in sources(root):
        name = path.relative_to(root)
        text = path.read_text()
        if name.is_relative_to(INSIDE):
            continue
        if name.parts[0] in PURE:
            problems = foreign_imports(text)
        else:
            problems = lint_text(text, path.suffix, name.as_posix())
        findings += [f"{name}:{line}: {what}" for line, what in problems]
    return findings


def sources(root):
    """Return all source files, without those of hidden folders and caches."""
    found = []
    for path in sorted(Path(root).rglob("*")):
        parts = path.relative_to(root).parts
        hidden = any(part.startswith(".") or part == "__pycache__" for part in parts)
        if path.suffix in (XML, PY, JS) and not hidden and path.is_file():
            found.append(path)
    return found


def lint_text(text, suffix, name):
    """Yield (line, what is wrong) for a file of Odoo code.

    :param name: its path in the checkout.
    """
    for ban in BANS:
        if ban.suffix == suffix:
            for match in re.finditer(ban.pattern, text):
                found = " ".join(match[0].split())[-50:]
                yield line_of(text, match), f"{found}: {ban.reason}"
    if suffix == XML:
        yield from crons_that_stop(text)
    if suffix == PY and name != COMMITS:
        yield from commits(text)
    if suffix == PY:
        yield from untranslated(text)
    if suffix == JS and "static/" in name and "@odoo-module" not in text[:200]:
        yield 1, "/** @odoo-module **/ is missing: 17.0 needs it"


def line_of(text, match):
    """Return the number of the line that a match begins on."""
    return text.count("\n", 0, match.start()) + 1


def crons_that_stop(text):
    """Yield crons without `numbercall` -1: by default, 17.0 runs a cron once."""
    record = r'<record\b[^>]*\bmodel="ir\.cron"[^>]*>.*?</record>'
    endless = r'name="numbercall"\s*(?:>\s*-1\s*<|eval="-1")'
    for match in re.finditer(record, text, re.S):
        if not re.search(endless, match[0]):
            yield line_of(text, match), "numbercall is not -1: 17.0 runs it once"


def commits(text):
    """Yield the commits of a database cursor: 17.0 really commits, even in a test."""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        yield error.lineno, "is not Python"
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            cursor = ast.unparse(node.func.value).rpartition(".")[2]
            if node.func.attr == "commit" and cursor in ("cr", "_cr", "cursor"):
                yield node.lineno, f"{cursor}.commit(): only {COMMITS} commits"


def untranslated(text):
    """Yield texts that no scheduled action would translate.

    `_()` finds the language by the `self` of the frame that calls it, and by the
    request of a browser; a comprehension is a frame without `self`, and so may be a
    lambda.
    """
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    for scope in ast.walk(tree):
        for node in chain.from_iterable(map(ast.walk, _in_a_frame_of_its_own(scope))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "_":
                yield node.lineno, "_() in a comprehension is not translated in a cron"


def _in_a_frame_of_its_own(scope):
    if isinstance(scope, ast.Lambda) and "self" not in ast.unparse(scope.args):
        return [scope.body]
    if not isinstance(scope, COMPREHENSIONS):
        return []
    first, *others = scope.generators  # the first iterable belongs to the outer frame
    results = (
        (scope.key, scope.value) if isinstance(scope, ast.DictComp) else [scope.elt]
    )
    return [*results, *first.ifs, *others]


def foreign_imports(text):
    """Yield imports of Odoo in Python that must do without; other texts have none."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module]
        if any(name.partition(".")[0] in ("odoo", "openerp") for name in names):
            yield node.lineno, "imports Odoo, which must not be needed here"
