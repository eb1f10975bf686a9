"""What the screens of the addon cost in a large database (`dev bench --screens`)."""

import datetime
import statistics
import time
from contextlib import contextmanager
from functools import partial

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo import sql_db
from odoo.tools.safe_eval import datetime as safe_datetime
from odoo.tools.safe_eval import safe_eval

from .bench_cost import cpu_of, report
from .bench_work import Orders

#: what opens first, with its cards
OVERVIEW = "amazon_overview_action"
ACTIONS = (
    OVERVIEW,
    "amazon_problem_action",
    "sale_order_amazon_action",
    "amazon_order_action",
    "amazon_submission_action",
    "amazon_offer_action",
)
#: rows of a list, and how far the client has them counted
PAGE, COUNTED = 80, 10_001
#: so often each is opened, for the median
TIMES = 5
#: rows from which on it matters whether a table is read from end to end
LARGE = 10_000
#: orders of others for each one of Amazon: what the addon opens has to leave them out
OTHERS = 4
#: what needs a person: a few orders in a thousand
PROBLEMS = """
    UPDATE sale_order
       SET delivery_status = CASE WHEN hashint4(id) % 50 = 0
                                  THEN 'pending' ELSE 'full' END,
           date_order = now() AT TIME ZONE 'UTC'
                        - abs(hashint4(id) % 365) * interval '1 day',
           amazon_ship_by = now() AT TIME ZONE 'UTC'
                            - abs(hashint4(id) % 365) * interval '1 day',
           amazon_review = CASE WHEN hashint4(id) % 1000 = 0 THEN 'Look at it.' END,
           amazon_problem_since = CASE WHEN hashint4(id) % 1000 = 0 THEN now() END
     WHERE amazon_order_ref IS NOT NULL;
    UPDATE stock_move AS move SET state = 'done'
      FROM stock_picking AS picking, sale_order AS sale
     WHERE picking.id = move.picking_id AND sale.id = picking.sale_id
       AND sale.delivery_status = 'full';
    UPDATE stock_picking AS picking SET state = 'done'
      FROM sale_order AS sale
     WHERE sale.id = picking.sale_id AND sale.delivery_status = 'full';
    UPDATE amazon_order SET state = 'failed', error_message = 'No such product.'
     WHERE hashint4(id) % 1000 = 0;
    INSERT INTO amazon_submission (
           account_id, company_id, kind, state, dedup_key, sale_order_id,
           marketplace_id, attempts, silence_count, create_date, done_at)
    SELECT amazon_account_id, company_id, 'shipment',
           CASE WHEN hashint4(id) % 1000 = 0 THEN 'failed' ELSE 'done' END,
           'shipment/' || id, id, amazon_marketplace_id, 1, 0, date_order, date_order
      FROM sale_order
     WHERE amazon_order_ref IS NOT NULL"""


def run(env, _way, count, _history):
    """Open each list with each of its filters and print the costs as JSON.

    :param int count: orders of Amazon in the database, beside those of others
    """
    prepare(env, count)
    report(*measure(env))


def prepare(env, count):
    """Fill the database with orders of Amazon, a few problems, and orders of others."""
    Orders(env, "fbm").grow(count, count * OTHERS)
    env.cr.execute(PROBLEMS)
    env.cr.commit()
    clean_up(env.cr)


def measure(env):
    """Open each list with each of its filters.

    :return list: of dict, see `Screen.measure`
    """
    env = env(context={**env.context, "tz": "Europe/Berlin"})
    return [result for name in ACTIONS for result in Screen(env, name).measure()]


def clean_up(cr):
    """Do what PostgreSQL does by itself in the background after so many changes."""
    cr._cnx.autocommit = True
    cr.execute("VACUUM ANALYZE")
    cr._cnx.autocommit = False


class Screen:
    """An action of a menu, as the web client opens it."""

    def __init__(self, env, name):
        self.action = env["ir.actions.act_window"]._for_xml_id(
            f"amazon_connector.{name}"
        )
        self.model = env[self.action["res_model"]]
        context = safe_eval(self.action["context"] or "{}", {"uid": env.uid})
        self.model = self.model.with_context(**context)
        self.domain = safe_eval(self.action["domain"] or "[]", self._names())

    def _names(self):
        """Names that a domain in a view may use.

        :return dict: what the domains of filters may use
        """
        return {
            "uid": self.model.env.uid,
            "datetime": safe_datetime,
            "relativedelta": relativedelta,
            "context_today": datetime.date.today,
        }

    def measure(self):
        """Yield a dict for the list itself and for each filter."""
        wanted = self._fields()
        for name, domain, group in [("", [], None), *self._filters()]:
            read = partial(self._read, wanted, [*self.domain, *domain], group)
            read()  # what is remembered for ever: access rights, views
            title = " / ".join(filter(None, (self.action["name"], name)))
            yield {"screen": title, **self._cost(read)}

    def _read(self, wanted, domain, group):
        if group:
            return self.model.web_read_group(domain, ["id"], [group], limit=PAGE)
        return self.model.web_search_read(
            domain, wanted, limit=PAGE, count_limit=COUNTED
        )

    def _fields(self):
        """Read which fields the view of the action shows.

        :return dict: what the first view of the action shows
        """
        view_id, kind = self.action["views"][0]
        arch = etree.fromstring(self.model.get_view(view_id, kind)["arch"])
        names = {node.get("name") for node in arch.iter("field")}
        relations = ("many2one", "many2many")
        return {
            name: {"fields": {"display_name": {}}}
            if self.model._fields[name].type in relations
            else {}
            for name in names & self.model._fields.keys()
        }

    def _filters(self):
        """Yield name, domain, grouping of the filters of the search view."""
        view_id = (self.action["search_view_id"] or [False])[0]
        arch = etree.fromstring(self.model.get_view(view_id, "search")["arch"])
        for node in arch.iter("filter"):
            context = safe_eval(node.get("context") or "{}")
            if node.get("domain") or context.get("group_by"):
                text = (node.get("domain") or "[]").replace(".to_utc()", "")
                domain = safe_eval(text, self._names())
                yield node.get("string"), domain, context.get("group_by")

    def _cost(self, work):
        """Measure one request, and explain the plans of its statements.

        :return dict: statements, milliseconds (the median, and those of CPU here and
            in PostgreSQL), large tables read from end to end
        """
        env = self.model.env
        backend = env.cr._cnx.info.backend_pid
        server, cpu, spent = cpu_of(backend) or 0, time.thread_time(), []
        for _time in range(TIMES):
            env.invalidate_all()
            start = time.perf_counter()
            work()
            spent.append((time.perf_counter() - start) * 1000)
        cpu = time.thread_time() - cpu + (cpu_of(backend) or 0) - server
        env.invalidate_all()
        with _recorded() as queries:
            work()
        scans = {table for query in queries for table in _scanned(env.cr, query)}
        return {
            "sql": len(queries),
            "ms": statistics.median(spent),
            "cpu_ms": cpu * 1000 / TIMES,
            "read in full": sorted(scans),
        }


@contextmanager
def _recorded():
    """Yield a list that gets each statement, as the server sees it."""
    queries, execute = [], sql_db.Cursor.execute

    def record(cr, *args, **kwargs):
        result = execute(cr, *args, **kwargs)
        queries.append(cr._obj.query.decode())
        return result

    sql_db.Cursor.execute = record
    try:
        yield queries
    finally:
        sql_db.Cursor.execute = execute


def _scanned(cr, query):
    """Search the plan of a statement for sequential scans.

    :return set: large tables of which the server reads each row
    """
    if not query.lstrip().startswith(("SELECT", "WITH")):
        return set()
    cr.execute("EXPLAIN (FORMAT JSON) " + query)
    [[[plan]]] = cr.fetchall()
    found, nodes = set(), [plan["Plan"]]
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        if node["Node Type"] == "Seq Scan":
            cr.execute(
                "SELECT reltuples FROM pg_class WHERE relname = %s",
                [node["Relation Name"]],
            )
            if cr.fetchone()[0] >= LARGE:
                found.add(node["Relation Name"])
    return found
