"""`python3 -m dev lint`: the linters and type checks that block, from a private
environment."""

from . import python_env
from .console import say
from .paths import NAME, ROOT, checkout_folder
from .process import run
from .workbench import setting_up

#: of oca-checks-odoo-module: what was once pylint-odoo's for XML and CSV
MODULE_CHECKS = (
    "csv-duplicate-record-id",
    "csv-syntax-error",
    "manifest-syntax-error",
    "xml-create-user-wo-reset-password",
    "xml-dangerous-filter-wo-user",
    "xml-dangerous-qweb-replace-low-priority",
    "xml-deprecated-data-node",
    "xml-deprecated-openerp-node",
    "xml-deprecated-qweb-directive",
    "xml-deprecated-tree-attribute",
    "xml-duplicate-fields",
    "xml-duplicate-record-id",
    "xml-not-valid-char-link",
    "xml-redundant-module-name",
    "xml-syntax-error",
    "xml-view-dangerous-replace-low-priority",
    "xml-xpath-translatable-item",
)


def lint(options):
    """Run all linters, print what they find, return the exit code.

    :raise DevError: the linters can not be installed.
    """
    with setting_up():
        python = python_env.environment("lint")
    addon = linked_addon()
    failed = []
    for command in commands(python.parent, addon, options.fix):
        title = name_of(command)
        result = run(*command, cwd=ROOT)
        output = (result.stdout + result.stderr).replace(f"{addon}/", "").strip()
        if result.returncode:
            failed.append(title)
            print(output)
        say(f"{title}: {'FAILED' if result.returncode else 'ok'}")
    if failed:
        print(f"lint failed: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


def name_of(command):
    """Return what a linter is called in our output."""
    program = command[0].name
    return f"ruff {command[1]}" if program == "ruff" else program


def linked_addon():
    """Return a path of the checkout that ends with the addon's name."""
    link = checkout_folder() / "lint" / NAME
    link.parent.mkdir(exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(ROOT)
    return link


def commands(programs, addon, fix):
    """Yield the command lines: ruff, mypy, pylint-odoo, OCA's checks of XML and po."""
    concise = "--output-format=concise"
    yield programs / "ruff", "check", concise, *(["--fix"] if fix else []), "."
    check = [] if fix else ["--check", concise]
    yield programs / "ruff", "format", *check, "."
    yield programs / "mypy", "--config-file=mypy.ini", "--no-error-summary"
    rules = ROOT / ".pylintrc-mandatory"
    yield programs / "pylint", f"--rcfile={rules}", "--jobs=2", addon
    checks = f"--enable={','.join(MODULE_CHECKS)}"
    yield programs / "oca-checks-odoo-module", checks, addon / "__manifest__.py"
    translations = sorted((ROOT / "i18n").glob("*.po*"))
    if translations:
        yield programs / "oca-checks-po", *translations
