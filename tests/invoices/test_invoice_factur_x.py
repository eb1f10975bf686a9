"""With Odoo's module for electronic invoices the PDF is one (feature V1)."""

import io
from unittest.mock import patch

from reportlab.pdfgen import canvas

from odoo.tests import tagged
from odoo.tools import config
from odoo.tools.pdf import OdooPdfFileReader

from .case import InvoiceCase


@tagged("-standard", "amazon_with_account_edi_ubl_cii")
class TestInvoiceFacturX(InvoiceCase):
    def printed(self, move):
        """Print as a server with wkhtmltopdf does.

        :return bytes: PDF
        """
        buffer = io.BytesIO()
        sheet = canvas.Canvas(buffer)
        sheet.bookmarkPage("top")
        sheet.addOutlineEntry("Invoice", "top")
        sheet.drawString(100, 700, move.name)
        sheet.save()
        reports = type(self.env["ir.actions.report"])
        read = type(config).__getitem__  # Odoo does it differently under test
        with (
            patch.object(
                reports,
                "_render_qweb_pdf",
                lambda *args, **kwargs: (buffer.getvalue(), "pdf"),
            ),
            patch.object(
                type(config),
                "__getitem__",
                lambda options, name: name != "test_enable" and read(options, name),
            ),
            # it wants the fonts of wkhtmltopdf in the file
            patch("odoo.tools.pdf.OdooPdfFileWriter.convert_to_pdfa") as convert,
        ):
            content = move._amazon_print_invoice()
        convert.assert_called_once_with()
        return content

    def test_v1_pdf_holds_the_electronic_invoice(self):
        partner = self.company.partner_id
        partner.with_context(no_vat_validation=True).vat = "DE136695976"
        bank = self.env["res.partner.bank"].create(
            {"acc_number": "DE89370400440532013000", "partner_id": partner.id}
        )
        move = self.invoiced()
        move.partner_bank_id = bank
        content = self.printed(move)
        reader = OdooPdfFileReader(io.BytesIO(content), strict=False)
        [(name, xml)] = list(reader.getAttachments())
        self.assertEqual(name, "factur-x.xml")
        self.assertIn(move.name.encode(), xml)
        self.assertNotIn(b"DE89370400440532013000", xml)
        self.assertIn(b"pdfaid:part", content)

    def test_v1_without_the_data_for_it_the_pdf_is_plain(self):
        move = self.invoiced()
        builder = type(self.env["account.edi.xml.cii"])
        with (
            patch.object(builder, "_export_invoice", side_effect=KeyError("unit")),
            self.assertLogs("odoo.addons.amazon_connector", "WARNING"),
        ):
            self.assertEqual(move._amazon_embed_factur_x(b"%PDF-1.4 x"), b"%PDF-1.4 x")
