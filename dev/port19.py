"""Carry the addon, written for Odoo 17.0, to Odoo 19.0.

A copy of the tree, the rules below, then Odoo 19's own `upgrade_code` scripts. Only
Odoo code is touched: the pure layer and the simulator are copied as they are. Removed
text leaves its line breaks behind, so that line numbers stay those of the source.
"""

import re
import shutil

from .console import DevError
from .port_rules import JS, PY, RULES, XML, Rule
from .process import run

#: what the copy does not need
LEFT_OUT = (
    ".*",
    "dev",
    "__pycache__",
    "*.pyc",
    "*.log",
    "node_modules",
)
#: does not depend on Odoo, hence nothing is to be carried over
PURE = ("amazon_api", "sim")

#: called as a function: the command would rewrite the addons of Odoo itself
UPGRADE_CODE = """
import sys
from odoo.cli.upgrade_code import migrate
from odoo.tools import parse_version
migrate([sys.argv[1]], "**/*", parse_version("17.0"), parse_version("19.0"))
"""


def port_text(text, suffix):
    """Return the text of a file of that kind as Odoo 19.0 wants it."""
    for rule in RULES:
        if rule.suffix == suffix:
            text = rule.apply(text)
    return port_searches(port_groups(text)) if suffix == XML else text


def port_groups(text):
    """Put a privilege between categories and groups, as 19.0 has it.

    A hidden category has none; the users of a group are named otherwise.
    """

    def group(match):
        record = _sub(
            r'<field\s+name="category_id"\s+ref="base\.module_category_hidden"\s*/>',
            "",
            match[0],
        )
        record = re.sub(
            r'name="category_id"(\s+)ref="([\w.]+)"',
            r'name="privilege_id"\1ref="\2_privilege"',
            record,
        )
        return re.sub(r'(<field\s+name=)"users"', r'\1"user_ids"', record)

    def category(match):
        name = re.search(r'<field\s+name="name"\s*>([^<]*)</field>', match[0])[1]
        return (
            f'{match[0]}<record id="{match[1]}_privilege" model="res.groups.privilege">'
            f'<field name="name">{name}</field>'
            f'<field name="category_id" ref="{match[1]}"/></record>'
        )

    record = r'<record\s+id="([\w.]+)"\s+model="%s"\s*>.*?</record>'
    text = re.sub(record % r"ir\.module\.category", category, text, flags=re.S)
    return re.sub(record % r"res\.groups", group, text, flags=re.S)


def port_searches(text):
    """Remove the attributes of groups in search views, which 19.0 refuses."""

    def search(match):
        return _sub(r"<group\s[^>]*[^/>]>", "<group>", match[0])

    return re.sub(r"<search\b.*?</search>", search, text, flags=re.S)


def _sub(pattern, replacement, text):
    """Replace as the rules do: the number of lines does not change."""
    return Rule("", pattern, replacement, "", "").apply(text)


def port(source, target, python, environ):
    """Make `target` a copy of the addon in `source` that Odoo 19.0 can load.

    :param python, environ: how to run a Python that can import Odoo 19.
    :raise DevError: Odoo's own scripts failed.
    """
    left_out = shutil.ignore_patterns(*LEFT_OUT, *PURE)
    shutil.copytree(source, target, ignore=left_out)
    for path in sorted(target.rglob("*")):
        if path.suffix in (XML, PY, JS):
            before = path.read_text()
            after = port_text(before, path.suffix)
            if after != before:
                path.write_text(after)
    result = run(python, "-c", UPGRADE_CODE, target, env=environ, cwd="/")
    if result.returncode:
        reason = result.stderr.strip().rpartition("\n")[2]
        raise DevError(f"Odoo 19's upgrade_code failed on the copy: {reason}")
    for name in PURE:
        if (source / name).is_dir():
            shutil.copytree(
                source / name, target / name, ignore=shutil.ignore_patterns(*LEFT_OUT)
            )
    for path in (target / "static").rglob("*"):
        # bundles of assets are made anew when their files are
        shutil.copystat(source / path.relative_to(target), path)
