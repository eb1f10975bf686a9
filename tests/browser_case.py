"""Base class for what happens in a browser."""

from odoo.tests import HttpCase

# Seconds; a tour ends as soon as a step fails, so only a busy machine needs them.
PATIENCE = 240


class BrowserCase(HttpCase):
    """Tours that are given time: Odoo's 60 seconds are those of an idle machine."""

    def start_tour(self, *args, timeout=PATIENCE, **options):
        """Run a tour, see Odoo's own."""
        return super().start_tour(*args, timeout=timeout, **options)
