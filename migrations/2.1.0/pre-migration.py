"""Let the update write the record rules anew: they were data that an update leaves as
they are, so that a known database kept rules which are known to be wrong."""

MODULE = "amazon_connector"


def migrate(cr, version):
    """See Odoo: run once, before the data of this version are read."""
    cr.execute(
        "UPDATE ir_model_data SET noupdate = FALSE"
        " WHERE module = %s AND model = 'ir.rule' AND noupdate",
        [MODULE],
    )
