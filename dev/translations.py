"""`python3 -m dev translations`: bring i18n/ up to the texts of the sources."""

from . import odoo_source, python_env
from .console import DevError, say
from .database import Databases
from .paths import NAME, ROOT
from .process import run
from .workbench import opened, setting_up

#: the texts are those of the source, which is written for this series
SERIES = "17.0"
FOLDER = ROOT / "i18n"
TEMPLATE = FOLDER / f"{NAME}.pot"
MERGE = """
import sys
import polib
template, *catalogues = sys.argv[1:]
texts = polib.pofile(template)
for text in list(texts):  # names of things that only the demo data has
    if all(where.endswith("_demo") for where, _line in text.occurrences):
        texts.remove(text)
texts.save()
for path in catalogues:
    catalogue = polib.pofile(path)
    catalogue.merge(texts)
    for gone in catalogue.obsolete_entries():
        catalogue.remove(gone)
    catalogue.save()
    done = len(catalogue.translated_entries())
    print(f"{path.rpartition('/')[2]}: {done} of {len(texts)} texts")
"""


def update(_options):
    """Export the texts, merge them into each language, say what is not translated.

    :raise DevError: Odoo could not export them.
    """
    with setting_up():
        (source,), _missing = odoo_source.choose(SERIES)
        linters = python_env.environment("lint")
    with opened(source, "translations") as bench:
        databases = Databases(bench)
        name = databases.name("translations")
        databases.clone_installed(name)
        say("export the texts")
        export(bench, name)
        databases.drop(name)
    languages = sorted(FOLDER.glob("*.po"))
    merged = run(linters, "-c", MERGE, TEMPLATE, *languages)
    run(linters.parent / "oca-checks-po", "--fix", TEMPLATE, *languages)
    print(merged.stdout + merged.stderr, end="")
    return merged.returncode


def export(bench, database):
    """Write the template of all texts.

    :raise DevError: Odoo wrote none.
    """
    FOLDER.mkdir(exist_ok=True)
    command = bench.odoo(
        database, f"--i18n-export={TEMPLATE}", f"--modules={NAME}", "--no-http"
    )
    result = run(*command, env=bench.environ, cwd="/")
    if result.returncode:
        raise DevError("Odoo could not export the texts:\n" + result.stderr[-2000:])
