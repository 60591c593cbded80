"""Names for made-up people and companies: clearly invented, drawn from a seed."""

from random import Random


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FIRST = _words(
    "Ada Alma Amir Anouk Arda Ayla Bela Bodil Carla Chidi Cora Dario Dilan Edda Elio Emeka Enno "
    "Fadi Fenja Gita Hanno Ilka Imani Iris Jamal Jona Juna Kaya Kofi Lale Leif Lior Luz Malin "
    "Mara Milo Nadia Nesrin Nils Noor Odile Olu Pavel Petra Quim Rafa Rosa Sanna Selim Silas "
    "Tamar Thea Timo Uma Vera Wim Yara Yuki Zeno Zora"
)
_LAST_BEGIN = _words("Alder Amber Birch Bram Cedar Clay Dune Elder Fern Flint Glen Hazel Heath Ivy")
_LAST_END = _words("beck bridge brook croft dale feld field ford ham hurst lund mere quist stead")
_FIRM = _words("Acorn Beacon Comet Dahlia Ember Falcon Garnet Harbor Indigo Juniper Kestrel")
_TRADE = _words("Bakery Books Cycles Designs Farms Films Foods Gardens Logistics Labs Studios")
_DOMAINS = (
    "example.org",
    "example.com",
    "example.net",
    "mail.example",
    "office.example",
    "home.test",
    "club.test",
    "old.invalid",
)


def person(random: Random) -> tuple[str, str]:
    """First and last name."""
    return random.choice(_FIRST), random.choice(_LAST_BEGIN) + random.choice(_LAST_END)


def firm(random: Random, number: int) -> str:
    """A company name that is unique to this number."""
    return f"{random.choice(_FIRM)} {random.choice(_TRADE)} {number}"


def address(random: Random, first: str, last: str, number: int) -> str:
    """An address that is unique to this number, in a domain that can never be real."""
    return f"{first}.{last}{number}@{random.choice(_DOMAINS)}".lower()
