"""Which product an unknown SKU may be, computed for all of them at once (feature C5).

One query brings the SKUs, one the products; all comparing is done in memory, and the
result is written by one statement.
"""

from collections import defaultdict

from odoo import _, api, fields, models

from ...const import PRODUCTS
from ...tools.sku_spelling import spell_plainly, strip_additions, trim_barcode
from ...tools.title_similarity import NameIndex

# From the surest to the least sure.
KINDS = [
    ("sibling", "Same SKU elsewhere"),
    ("reference", "Same internal reference"),
    ("barcode", "Same barcode"),
    ("asin", "Same ASIN"),
    ("spelling", "Same reference, spelt otherwise"),
    ("addition", "Same reference, with an addition"),
    ("title", "Title alike"),
]
ORDER = {kind: number for number, (kind, _label) in enumerate(KINDS)}
LEAST_ALIKE = 0.6
# Scores this close to each other do not decide which product it is.
TIE = 0.02
MOST_SUGGESTIONS = 5
SKUS = """
    SELECT sku,
           (array_agg(DISTINCT title) FILTER (WHERE title <> ''))[1:2] AS titles,
           array_agg(DISTINCT asin) FILTER (WHERE asin <> '') AS asins,
           array_agg(DISTINCT barcode) FILTER (WHERE barcode <> '') AS barcodes
      FROM amazon_offer
     WHERE account_id = %(account)s AND active AND product_id IS NULL
       AND NOT coalesce(match_ignored, false)
  GROUP BY sku
    HAVING %(since)s::timestamp IS NULL
        OR bool_or(looked_at IS NULL OR looked_at < %(since)s::timestamp)"""
# Names in all languages: nobody knows in which one Amazon's title is.
CANDIDATES = """
    SELECT product.id, product.default_code, product.barcode, template.name,
           (SELECT jsonb_agg(value.name ORDER BY value.id)
              FROM product_variant_combination AS part
              JOIN product_template_attribute_value AS own
                ON own.id = part.product_template_attribute_value_id
              JOIN product_attribute_value AS value
                ON value.id = own.product_attribute_value_id
             WHERE part.product_product_id = product.id)
      FROM product_product AS product
      JOIN product_template AS template ON template.id = product.product_tmpl_id
     WHERE product.active AND template.sale_ok
       AND (template.company_id IS NULL OR template.company_id = %(company)s)
       AND product.id <> ALL(%(stand_ins)s)"""
SIBLINGS = """
    SELECT DISTINCT sku, product_id
      FROM amazon_offer
     WHERE company_id = %(company)s AND product_id IS NOT NULL
       AND sku = ANY(%(skus)s)"""
# A person's choice has rank 0 and stays. A run at the same moment that does not see
# these rows yet has lost a race and begins again: that is what the conflict is for.
STORE = """
    DELETE FROM amazon_match_suggestion
     WHERE account_id = %(account)s AND sku = ANY(%(looked)s) AND rank > 0;
    INSERT INTO amazon_match_suggestion
                (account_id, sku, product_id, kind, score, rank)
         SELECT %(account)s, found.*
           FROM unnest(%(skus)s::varchar[], %(products)s::int[], %(kinds)s::varchar[],
                       %(scores)s::int[], %(ranks)s::int[]) AS found
    ON CONFLICT (account_id, sku, rank) DO NOTHING;
    UPDATE amazon_offer SET looked_at = %(now)s
     WHERE account_id = %(account)s AND product_id IS NULL AND sku = ANY(%(looked)s)"""


def _is_tie(suggestions):
    """Find out whether no suggestion stands out.

    :return bool: whether the best ones are equally likely
    """
    if len(suggestions) < 2:
        return False
    (kind, score, _product), (other, near, _other) = suggestions[:2]
    return kind == other and score - near < TIE


class ProductFinder:
    """All products of a company, to be asked for those that may be a SKU's."""

    def __init__(self, candidates, siblings):
        """Index the products by all that an offer may have in common with them.

        :param candidates: rows of CANDIDATES
        :param siblings: rows of SIBLINGS
        """
        self._by = {kind: defaultdict(list) for kind in ORDER}
        names, known = [], set()
        for product, reference, barcode, name, values in candidates:
            known.add(product)
            self._note(product, (reference or "").strip(), (barcode or "").strip())
            names += [(product, text) for text in _spell_names(name, values or [])]
        for sku, product in siblings:
            if product in known:
                self._by["sibling"][sku].append(product)
        self._names = NameIndex(names)

    def _note(self, product, reference, barcode):
        """Put a product where it is searched for."""
        by = self._by
        if reference:
            by["reference"][reference].append(product)
            by["asin"][reference].append(product)
            by["spelling"][spell_plainly(reference)].append(product)
            by["addition"][spell_plainly(reference)].append(product)
        if barcode:
            by["barcode"][trim_barcode(barcode)].append(product)
            if barcode != reference:
                by["asin"][barcode].append(product)

    def find(self, sku, titles, asins, barcodes):
        """Suggest products for one SKU.

        :param str sku:
        :param titles, asins, barcodes: lists of what Amazon says of it, or None
        :return list: of (kind, score, product's id), the surest first, each product
            once
        """
        keys = {
            "sibling": [sku],
            "reference": [sku.strip()],
            "barcode": [trim_barcode(code) for code in (sku, *(barcodes or ()))],
            "asin": asins or [],
            "spelling": [spell_plainly(sku)],
            "addition": [strip_additions(sku)],
        }
        found = {}
        for kind, wanted in keys.items():
            for key in filter(None, wanted):
                for product in self._by[kind].get(key, ()):
                    found.setdefault(product, (kind, 1.0))
        for title in titles or ():
            for score, product in self._names.find(
                title, LEAST_ALIKE, MOST_SUGGESTIONS
            ):
                kind, before = found.get(product, ("title", 0.0))
                if kind == "title":
                    found[product] = kind, max(score, before)
        ranked = ((*why, product) for product, why in found.items())
        ranked = sorted(ranked, key=lambda one: (ORDER[one[0]], -one[1], one[2]))
        return ranked[:MOST_SUGGESTIONS]


def _spell_names(name, values):
    """Spell out a variant in each language, with its attributes.

    :param dict name: language -> name of the template
    :param list values: of dicts, the same for the attributes of the variant
    :return set: the names of a variant, each once
    """
    return {
        " ".join([text, *(value.get(lang) or value["en_US"] for value in values)])
        for lang, text in name.items()
    }


class AmazonMatchSuggestion(models.Model):
    _name = "amazon.match.suggestion"
    _inherit = ["amazon.own.fields"]
    _amazon_rows = True
    _description = "Product that may be the one of a SKU"
    _order = "account_id, sku, rank, id"
    _log_access = False
    _sql_constraints = [
        (
            "unique_rank",
            "UNIQUE(account_id, sku, rank)",
            "Suggestions of a SKU have an order.",
        ),
    ]

    account_id = fields.Many2one("amazon.account", required=True, ondelete="cascade")
    sku = fields.Char("SKU", required=True)
    # Empty: a person says that it is none of those.
    product_id = fields.Many2one("product.product", ondelete="cascade", index=True)
    kind = fields.Selection(KINDS)
    score = fields.Integer("Alike (%)")
    # 0: chosen by a person. 1: the one to be confirmed; there is none where several
    # are equally likely. Further ones are to choose from.
    rank = fields.Integer(required=True)
    reason = fields.Char(compute="_compute_reason")

    # === COMPUTE METHODS === #

    @api.depends("kind", "score")
    @api.depends_context("lang")
    def _compute_reason(self):
        for suggestion in self:
            suggestion.reason = suggestion._describe(suggestion.kind, suggestion.score)

    @api.model
    def _describe(self, kind, score):
        """Put the reason of a suggestion into words.

        :return str: why a product may be the one, in words
        """
        return {
            "sibling": _("same SKU elsewhere"),
            "reference": _("same internal reference"),
            "barcode": _("same barcode"),
            "asin": _("ASIN is its reference or barcode"),
            "spelling": _("same reference but for its spelling"),
            "addition": _("same reference but for an addition"),
            "title": _("title %(percent)s %% alike", percent=score),
        }.get(kind, "")

    # === ACTION METHODS === #

    def action_take(self):
        """Confirm that this product is the right one.

        :return dict: client action, a notification; the window closes"""
        self.ensure_one()
        plan = {self.account_id: {self.sku: self.product_id}}
        return self.env["amazon.match"]._take(plan, is_window=True)

    # === BUSINESS METHODS === #

    @api.model
    def _look(self, account, since=None):
        """Search the products of unknown SKUs.

        :param account: one amazon.account
        :param datetime since: only SKUs that were not searched for since then, UTC;
            None: all
        :return int: how many SKUs were searched for
        """
        self.env.flush_all()
        self.env.cr.execute(SKUS, {"account": account.id, "since": since})
        skus = {sku: facts for sku, *facts in self.env.cr.fetchall()}
        if skus:
            finder = ProductFinder(*self._read_products(account, list(skus)))
            found = {sku: finder.find(sku, *facts) for sku, facts in skus.items()}
            self._store(account, found)
        return len(skus)

    @api.model
    def _read_products(self, account, skus):
        """Fetch all products that may be suggested, by two statements.

        :return tuple: rows of CANDIDATES, of SIBLINGS
        """
        line = self.env["sale.order.line"]
        parameters = {
            "company": account.company_id.id,
            "skus": skus,
            "stand_ins": [line._amazon_product(kind).id for kind in PRODUCTS],
        }
        self.env.cr.execute(CANDIDATES, parameters)
        candidates = self.env.cr.fetchall()
        self.env.cr.execute(SIBLINGS, parameters)
        return candidates, self.env.cr.fetchall()

    @api.model
    def _store(self, account, found):
        """Replace the suggestions of the SKUs that were searched for.

        :param dict found: SKU -> list of (kind, score, product's id), best first
        """
        rows = []
        for sku, suggestions in found.items():
            first = 2 if _is_tie(suggestions) else 1
            for rank, (kind, score, product) in enumerate(suggestions, first):
                rows.append((sku, product, kind, int(100 * score), rank))
        columns = [list(column) for column in zip(*rows, strict=True)] or [[]] * 5
        names = ("skus", "products", "kinds", "scores", "ranks")
        self.env.cr.execute(
            STORE,
            {
                **dict(zip(names, columns, strict=True)),
                "account": account.id,
                "looked": list(found),
                "now": fields.Datetime.now(),
            },
        )
        self.env.invalidate_all()
