"""Record ids: Salesforce's 15-character form is case-sensitive, the 18-character one is not."""

_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SHORT, _GROUP = 15, 5


def to18(record_id: str) -> str:
    """The 18-character form of an id; anything but 15 characters comes back as it is.

    Source: each group of five characters gives one more, chosen by which of them are capitals.
    """
    if len(record_id) != _SHORT:
        return record_id
    groups = (record_id[start : start + _GROUP] for start in range(0, _SHORT, _GROUP))
    return record_id + "".join(_CHECK[_capitals(group)] for group in groups)


def _capitals(group: str) -> int:
    return sum(1 << place for place, letter in enumerate(group) if "A" <= letter <= "Z")
