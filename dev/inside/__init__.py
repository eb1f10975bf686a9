"""What the commands run inside an Odoo process; it imports Odoo and commits."""
