"""Runs inside Odoo's Python: Odoo as ever, but with the tests of one module only.

usage: python dev/inside/tests.py MODULE OPTION…   (of Odoo)

Where nothing is installed or updated Odoo looks for tests in all modules of the
database: reading those of sixty modules takes longer than most of our tests.
"""

import os
import sys

os.environ["TZ"] = "UTC"  # as odoo-bin does
del sys.path[0]  # our folder: its files are no modules of Odoo

import odoo.cli  # noqa: E402
import odoo.tests.loader  # noqa: E402


def main():
    """Start Odoo with the options on the command line."""
    wanted = sys.argv.pop(1)
    modules_of = odoo.tests.loader.get_test_modules
    odoo.tests.loader.get_test_modules = lambda module: (
        modules_of(module) if module == wanted else []
    )
    odoo.cli.main()


if __name__ == "__main__":
    main()
