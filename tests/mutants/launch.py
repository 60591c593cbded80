"""Starts mutmut with fewer kinds of changes; run in a workspace, by its path.

A text for people (a string with a blank in it) isn't changed: no test says every word. Other
strings are changed in one way only, not also in their case.
"""

import mutmut.mutation.file_mutation as mutation
from mutmut.__main__ import cli
from mutmut.mutation.mutators import operator_string


def _changed_name(node):  # type: ignore[no-untyped-def]
    text = node.value if hasattr(node, "value") else ""
    return [] if " " in text.strip() else list(operator_string(node))[:1]


mutation.mutation_operators = [
    (kind, _changed_name if operator is operator_string else operator)
    for kind, operator in mutation.mutation_operators
]
cli()
