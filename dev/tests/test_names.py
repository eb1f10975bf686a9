"""What pages, docstrings and comments cite is there: nothing is renamed by half."""

import ast
import io
import re
import tokenize
import unittest

from dev.paths import ROOT

#: "…_of_it" is part of a name
WORD = re.compile(r"(?<!…)\b[A-Za-z_]\w*", re.ASCII)
#: ``name`` of a page, `name` of a docstring or a comment
CITED = re.compile(r"`{1,2}([^`\n]+(?:\n[^`\n]+)?)`{1,2}")
#: what is surely a name: of parts, or of a class
NAME = re.compile(r"_*[A-Za-z0-9]+(?:_+[A-Za-z0-9]+)+|_[a-z]+|[A-Z][a-z]+(?:[A-Z]\w*)+")
OTHER_SOURCES = (".xml", ".js", ".csv", ".scss", ".css", ".html", ".json", ".sh")
#: names of others, and examples
OF_OTHERS = {
    "CompletedProcess": "Python's subprocess",
    "ProxyError": "requests",
    "TestX": "an example",
    "UNWANTED_ITEM": "an example, one of Amazon's codes",
    "access_log": "nginx",
    "browser_js": "Odoo's HttpCase",
    "exp_duplicate_database": "Odoo's service of databases",
    "limit_time_cpu": "Odoo's configuration",
    "limit_time_real": "Odoo's configuration",
    "limit_time_real_cron": "Odoo's configuration",
    "merge_environment_settings": "requests",
    "pg_upgrade": "PostgreSQL",
    "RuleBasedStateMachine": "Hypothesis",
    "test_two_pages": "an example",
}


def is_ours(path):
    """Return whether a file is a source of this repository."""
    return not any(part.startswith(".") for part in path.relative_to(ROOT).parts)


def files(*suffixes):
    """Return the files of the repository of some kinds."""
    found = (path for suffix in suffixes for path in ROOT.rglob(f"*{suffix}"))
    return sorted(path for path in found if is_ours(path))


def docstrings(tree):
    """Return the constants of a module that are docstrings, or texts of no use else."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def words_of(tree):
    """Yield the words of the code of a module, without what only explains it."""
    explained = docstrings(tree)
    for node in ast.walk(tree):
        for value in vars(node).values():
            if isinstance(value, str) and id(node) not in explained:
                yield from WORD.findall(value)
            elif isinstance(value, list):  # of names, as in "global"
                for each in value:
                    if isinstance(each, str):
                        yield from WORD.findall(each)


def comments_and_docstrings(text, tree):
    """Yield what explains the code of a module."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
    explained = docstrings(tree)
    for node in ast.walk(tree):
        if id(node) in explained and isinstance(node.value, str):
            yield node.value


class TestNames(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.trees = {
            path: (text, ast.parse(text))
            for path in files(".py")
            for text in [path.read_text()]
        }
        cls.words = set(OF_OTHERS)
        for _text, tree in cls.trees.values():
            cls.words.update(words_of(tree))
        for path in files(*OTHER_SOURCES):
            cls.words.update(WORD.findall(path.read_text(errors="replace")))
        for path in filter(is_ours, ROOT.rglob("*")):
            cls.words.update([path.stem, path.name])

    def missing(self, text):
        """Find the names that a text cites and that are nowhere.

        :return list: of str
        """
        return [
            word
            for cited in CITED.findall(text)
            for word in WORD.findall(cited)
            if NAME.fullmatch(word) and word not in self.words
        ]

    def test_pages_cite_what_is_there(self):
        pages = files(".rst", ".md")
        self.assertGreater(len(pages), 10)
        found = [
            f"{page.relative_to(ROOT)}: {name}"
            for page in pages
            for name in self.missing(page.read_text())
        ]
        self.assertEqual(found, [])

    def test_docstrings_and_comments_cite_what_is_there(self):
        found = [
            f"{path.relative_to(ROOT)}: {name}"
            for path, (text, tree) in self.trees.items()
            for explanation in comments_and_docstrings(text, tree)
            for name in self.missing(explanation)
        ]
        self.assertEqual(found, [])

    def test_others_are_named_once(self):
        """What became ours, or is cited no more, needs no exception."""
        pages = [page.read_text() for page in files(".rst", ".md")]
        texts = [*pages, *(text for text, _tree in self.trees.values())]
        cited = {
            word
            for text in texts
            for each in CITED.findall(text)
            for word in WORD.findall(each)
        }
        self.assertEqual(set(OF_OTHERS) - cited, set())

    def test_a_name_that_is_nowhere_is_found(self):
        gone = "_amazon_" + "nowhere"
        text = f"See `{gone}` and ``TestNames.{gone}()``, not `plain`."
        self.assertEqual(self.missing(text), [gone, gone])
