"""Person accounts that move in after the feature was turned on: made up, from the org's seed."""

from random import Random

from lib.practice.crowd import names
from lib.practice.org import Org
from lib.practice.rows import Row
from lib.practice.saving.save import Writer


def move_in(org: Org, user_id: str, number: int) -> list[str]:
    """Make so many; every third opted out, every tenth has no address. Returns their ids."""
    random = Random(f"{org.seed} persons")
    writer = Writer(org, user_id)
    before = len(org.tables.rows("Account"))
    with org.transaction():
        return [writer.create("Account", _person(random, before + one)) for one in range(number)]


def _person(random: Random, number: int) -> Row:
    first, last = names.person(random)
    return {
        "FirstName": first,
        "LastName": last,
        "PersonEmail": None if number % 10 == 9 else names.address(random, first, last, number),
        "PersonHasOptedOutOfEmail": number % 3 == 0,
    }
