"""Changed records are written by one statement for each set of columns.

Odoo 17.0 writes record by record, six statements for an order; 19.0 does by itself what
stands here. While nothing is imported this only passes on.
"""

from odoo import models

ACTIVE, UPDATES = "amazon_connector.batch_flush", "amazon_connector.updates"
ROWS_AT_ONCE = 500
LOG = models.LOG_ACCESS_COLUMNS
WRITES_MANY = hasattr(models.BaseModel, "_write_multi")  # 19.0


def flush_in_batches(cr):
    """Write what changes from now on in batches."""
    cr.cache[ACTIVE] = {}


def flush_as_usual(cr):
    """Write as Odoo does."""
    cr.cache.pop(ACTIVE, None)


def modules_that_define(model, *names):
    """List who has a say in a method: batch optimisations step aside for strangers.

    :return set: names of the modules whose classes of this model define one of the
        methods, Odoo's own base class and this addon aside
    """
    return {
        vars(cls).get("_module")
        for cls in type(model).__mro__
        if any(name in vars(cls) for name in names)
        and cls is not models.BaseModel
        and not cls.__module__.startswith("odoo.addons.amazon_connector")
    }


class BatchFlush:
    """Mixed into a model: what is changed in an import is written at once."""

    __slots__ = ()

    def _flush(self, *args):
        cache = self.env.cr.cache
        if UPDATES in cache:  # a flush within a flush comes after what is collected
            self._amazon_write_collected()
            return super()._flush(*args)
        is_usual = ACTIVE not in cache or WRITES_MANY
        if is_usual or self._amazon_has_strangers():
            return super()._flush(*args)
        cache[UPDATES] = {}
        try:
            result = super()._flush(*args)
            self._amazon_write_collected()
        finally:
            del cache[UPDATES]
        return result

    def _write(self, vals):
        updates = self.env.cr.cache.get(UPDATES)
        if updates is None or self._amazon_has_strangers():
            return super()._write(vals)
        is_special = self._parent_store or any(
            self._fields[name].translate or (name in LOG and not value)
            for name, value in vals.items()
        )
        if is_special:
            return super()._write(vals)
        log = {"write_uid": self.env.uid, "write_date": self.env.cr.now()}
        values = {**log, **vals} if self._log_access else vals
        names = tuple(sorted(values))
        rows = updates.setdefault((self._name, names), {})
        row = [values[name] for name in names]
        rows.update((record_id, row) for record_id in self._ids)
        return None

    def _amazon_has_strangers(self):
        """Find out, once in an import, whether another addon has a say in writing."""
        known = self.env.cr.cache.get(ACTIVE, {})
        if self._name not in known:
            strangers = modules_that_define(self, "_flush", "_write")
            known[self._name] = bool(strangers)
        return known[self._name]

    def _amazon_write_collected(self):
        """Write what was collected so far, in that order."""
        updates = self.env.cr.cache[UPDATES]
        while updates:
            (model, names), rows = next(iter(updates.items()))
            rows = [[record_id, *row] for record_id, row in rows.items()]
            for start in range(0, len(rows), ROWS_AT_ONCE):
                self._amazon_write_rows(
                    self.env[model], names, rows[start : start + ROWS_AT_ONCE]
                )
            del updates[model, names]

    def _amazon_write_rows(self, model, names, rows):
        """Write the same columns of many records.

        :param tuple names: of the columns
        :param list rows: of lists: id, values as PostgreSQL wants them
        """
        columns = ", ".join(f'"{name}"' for name in ("id", *names))
        # the type is necessary for some values, such as none at all
        changes = ", ".join(
            f'"{name}" = new."{name}"::{model._fields[name].column_type[1]}'
            for name in names
        )
        row = f"({', '.join(['%s'] * (len(names) + 1))})"
        self.env.cr.execute(
            f'UPDATE "{model._table}" SET {changes}'
            f" FROM (VALUES {', '.join([row] * len(rows))}) AS new ({columns})"
            f' WHERE "{model._table}"."id" = new."id"',
            [value for values in rows for value in values],
        )
