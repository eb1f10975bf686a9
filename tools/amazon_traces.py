"""The places where Odoo repeats a buyer's data: chatter, tracked changes, mails,
activities, files (feature P2).
"""

from collections import Counter, defaultdict

# What may repeat a name or an address, by model; fields of one series only, too.
TEXTS = {
    "mail.message": (
        "subject",
        "body",
        "record_name",
        "email_from",
        "reply_to",
        "incoming_email_to",
        "incoming_email_cc",
        "outgoing_email_to",
    ),
    "mail.tracking.value": (
        "old_value_char",
        "new_value_char",
        "old_value_text",
        "new_value_text",
    ),
    "mail.mail": ("body_html", "email_to", "email_cc", "headers", "failure_reason"),
    "mail.activity": ("summary", "note", "res_name"),
}


class Traces:
    """The surroundings of some documents, to be cleaned of some words."""

    def __init__(self, env):
        """Prepare the search with nothing to redact yet.

        :param env: of the superuser
        """
        self.env = env
        self._words = defaultdict(list)

    def add(self, records, words):
        """Register documents whose surroundings mention a buyer.

        :param records: documents of one model
        :param PersonalWords words: to be taken out of what stands around them"""
        for record_id in records.ids:
            self._words[records._name, record_id].append(words)

    def clean(self):
        """Take the words out of all texts and delete all files: nobody can know what a
        label or a letter shows.

        :return dict: (model, id) of the document -> Counter of messages, activities
            and files
        """
        found = defaultdict(Counter)
        by_model = defaultdict(list)
        for model, record_id in self._words:
            by_model[model].append(record_id)
        for model, ids in by_model.items():
            self._clean_messages(model, ids, found)
            self._clean_activities(model, ids, found)
            self._delete_files(model, ids, found)
        return found

    def _clean_messages(self, model, ids, found):
        messages = self.env["mail.message"].search(
            [("model", "=", model), ("res_id", "in", ids)]
        )
        mails = self.env["mail.mail"].search([("mail_message_id", "in", messages.ids)])
        changed = self.env["mail.message"]
        for message in messages:
            if self._redact(message, model, message.res_id):
                changed += message
        for part in (*messages.tracking_value_ids, *mails):
            message = part.mail_message_id
            if self._redact(part, model, message.res_id):
                changed |= message
        for message in changed:
            found[model, message.res_id]["messages"] += 1
        forget_text_messages(self.env, messages=messages)

    def _clean_activities(self, model, ids, found):
        activities = self.env["mail.activity"].search(
            [("res_model", "=", model), ("res_id", "in", ids)]
        )
        for activity in activities:
            if self._redact(activity, model, activity.res_id):
                found[model, activity.res_id]["activities"] += 1

    def _delete_files(self, model, ids, found):
        files = self.env["ir.attachment"].search(
            [("res_model", "=", model), ("res_id", "in", ids)]
        )
        for file in files:
            found[model, file.res_id]["files"] += 1
        forget_letters(self.env, [("model", "=", model), ("res_id", "in", ids)])
        files.unlink()

    def _redact(self, record, model, record_id):
        """Redact the texts of one record.

        :return bool: whether something was taken out
        """
        return redact_fields(record, TEXTS[record._name], self._words[model, record_id])


def redact_fields(record, names, words):
    """Take words out of some fields of a record.

    :param names: of its fields; those that do not exist or are not stored are left out
    :param list words: of PersonalWords
    :return bool: whether something was taken out
    """
    vals = {}
    for name in names:
        field = record._fields.get(name)
        before = field and field.store and record[name]
        after = before
        for buyer in words:
            after = buyer.redact(after)
        if after != before:
            vals[name] = after
    if vals:
        record.write(vals)
    return bool(vals)


def forget_text_messages(env, messages=None, partners=None):
    """Delete text messages that wait, and the phone numbers of those that were sent.

    :param env: of the superuser
    :param messages: mail.message, those that went by SMS
    :param partners: res.partner, those it went to
    """
    if "sms.sms" not in env:
        return
    for field, link, records in (
        ("mail_message_id", "mail_message_id", messages),
        ("res_partner_id", "partner_id", partners),
    ):
        if not records:
            continue
        env["sms.sms"].search([(link, "in", records.ids)]).unlink()
        numbers = [(field, "in", records.ids), ("sms_number", "!=", False)]
        env["mail.notification"].search(numbers).sms_number = False


def forget_letters(env, domain):
    """Delete letters by post, which repeat an address, and files made for them alone.

    :param env: of the superuser
    :param list domain: which of Odoo's snailmail.letter
    """
    if "snailmail.letter" not in env:
        return
    letters = env["snailmail.letter"].search(domain)
    # others are documents of their own, as the PDF of a posted invoice
    files = letters.attachment_id.filtered(
        lambda file: file.res_model in (False, "snailmail.letter")
    )
    letters.unlink()
    files.exists().unlink()
