"""Answers of Odoo that stay the same for a whole import, asked once.

A memo lives as long as the import of a batch, which is a part of one transaction. What
is asked outside of an import is not remembered.
"""

import contextlib
from collections import defaultdict

from odoo import api, models

from .batch_flush import modules_that_define

MEMO = "amazon_connector.batch_memo"
UNASKED, UNLIKE = object(), object()
# Of two companies both accept what has none, and what has the same.
USUAL_RULES = {
    models.BaseModel._check_company_domain,
    models.check_company_domain_parent_of,
}


class BatchMemo:
    """What an import has been answered so far.

    :ivar dict precisions: name of a precision -> digits
    :ivar dict taxes: question to account.tax -> its answer
    :ivar dict defaults: question for defaults -> (answer, whether it came twice)
    :ivar set companies: what was found to belong to its company
    """

    def __init__(self):
        """Begin with nothing."""
        self.precisions, self.taxes, self.defaults = {}, {}, {}
        self.companies = set()
        self._known = {}

    def knows(self, model, modules, *methods):
        """Find out whether only these modules have a say in some methods.

        :param set modules: names
        :return bool: False where a memo has to step aside
        """
        key = model._name, methods
        if key not in self._known:
            self._known[key] = modules_that_define(model, *methods) <= modules
        return self._known[key]


@contextlib.contextmanager
def remember(cr):
    """Remember answers while the context is open."""
    cr.cache[MEMO] = BatchMemo()
    try:
        yield
    finally:
        cr.cache.pop(MEMO, None)  # an undone part may have emptied the cache


def memo_of(env):
    """Find the memo of the import under way.

    :return BatchMemo|None: None outside of an import
    """
    return env.cr.cache.get(MEMO)


def forget(env):
    """Begin anew, since answers may be others from now on."""
    if MEMO in env.cr.cache:
        env.cr.cache[MEMO] = BatchMemo()


class Remembering:
    """Mixed into a model of which an import makes many records."""

    __slots__ = ()

    @api.model
    def default_get(self, fields_list):
        """Ask for the same defaults twice, not for each record; for each, where they
        came out different."""
        memo = memo_of(self.env)
        if memo is None:
            return super().default_get(fields_list)
        key = self._name, self.env, tuple(fields_list)
        known, is_constant = memo.defaults.get(key, (UNASKED, False))
        if is_constant:
            return copied(known)
        found = super().default_get(fields_list)
        if known is UNASKED:
            memo.defaults[key] = copied(found), False
        elif known is not UNLIKE:
            memo.defaults[key] = (known, True) if known == found else (UNLIKE, False)
        return found

    def _check_company(self, fnames=None):
        """Recognize what belongs to the same company, or to all, without a domain for
        each field of each record. Odoo checks everything else, each pair of companies
        and records once."""
        memo = memo_of(self.env)
        if memo is None or not memo.knows(self, set(), "_check_company"):
            return super()._check_company(fnames)
        names = self._amazon_company_fields(fnames)
        if "company_id" in names:
            return super()._check_company(fnames)
        ids_by_names, pairs = defaultdict(list), set()
        for record in self.sudo():
            doubts = {
                name: pair
                for name, is_dependent in names.items()
                if (pair := _doubt(record, name, is_dependent))
                and pair not in memo.companies
            }
            if doubts:
                ids_by_names[tuple(doubts)].append(record.id)
                pairs.update(doubts.values())
        for some, ids in ids_by_names.items():
            super(Remembering, self.browse(ids))._check_company(some)
        memo.companies.update(pairs)
        return None

    def _amazon_company_fields(self, fnames):
        """Choose the fields that Odoo checks.

        :return dict: name -> whether the field has a value for each company
        """
        if fnames is None or {"company_id", "company_ids"} & set(fnames):
            fnames = self._fields
        fields = [self._fields[name] for name in fnames]
        return {
            field.name: field.company_dependent
            for field in fields
            if field.relational
            and field.check_company
            and "company_id" in self.env[field.comodel_name]
        }


def _doubt(record, name, is_dependent):
    """Find out whether a field needs Odoo's own check.

    :return tuple|None: what the check depends on; None when it is passed
    """
    others = record[name]
    company = record.env.company if is_dependent else record.company_id
    rule = type(others)._check_company_domain
    if not others or (
        rule in USUAL_RULES
        and all(each.company_id.id in (False, company.id) for each in others)
    ):
        return None
    return record._name, name, company.id, others._ids


def copied(values):
    """Copy an answer, so that nobody changes what is remembered.

    :param dict values: a list among them is copied, too
    :return dict:
    """
    return {
        name: [*value] if isinstance(value, list) else value
        for name, value in values.items()
    }
