"""Amazon's codes as words for people, where no translation is known."""


def spell_out(code):
    """Write a code such as ``UNWANTED_ITEM`` or ``CR-DEFECTIVE`` as words.

    :param str code: or something empty
    :return str|False: such as “Unwanted item”; what is no code stays as it is
    """
    if not code:
        return False
    if code != code.upper():
        return code
    words = code.removeprefix("CR-").replace("_", " ").strip()
    return words.capitalize()
