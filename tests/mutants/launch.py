"""Starts mutmut with fewer kinds of changes; run in a workspace, by its path.

A text for people (a string with a blank in it) isn't changed: no test says every word. Other
strings are changed in one way only, not also in their case. Only arguments with a name are left
out of a call: without another one, hardly any call works. `strict=True` of a zip stays: it finds
mistakes in our own code, of which there should be none. All of this saves a third of the time.
"""

import libcst
import mutmut.mutation.file_mutation as mutation
from mutmut.__main__ import cli
from mutmut.mutation.mutators import operator_arg_removal, operator_string


def _changed_name(node):  # type: ignore[no-untyped-def]
    text = node.value if hasattr(node, "value") else ""
    return [] if " " in text.strip() else list(operator_string(node))[:1]


def _changed_arguments(node):  # type: ignore[no-untyped-def]
    for changed in operator_arg_removal(node):
        removed = [argument for argument in node.args if argument not in changed.args]
        if any(_is_strict(argument) for argument in removed):
            continue
        if len(changed.args) == len(node.args) or any(argument.keyword for argument in removed):
            yield changed


def _is_strict(node):  # type: ignore[no-untyped-def]
    keyword = node.keyword if isinstance(node, libcst.Arg) else None
    return keyword is not None and keyword.value == "strict"


_OTHERS = {operator_string: _changed_name, operator_arg_removal: _changed_arguments}
mutation.mutation_operators = [
    (kind, _OTHERS.get(operator, operator)) for kind, operator in mutation.mutation_operators
]
_stays = mutation.MutationVisitor._skip_node_and_children
mutation.MutationVisitor._skip_node_and_children = lambda self, node: (  # type: ignore[method-assign]
    _is_strict(node) or _stays(self, node)
)
cli()
