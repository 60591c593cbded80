"""Which changes are made to a function: mutmut's, without those that say little.

- A text for people (a string with a blank in it) isn't changed: no test says every word. Other
  strings are changed in one way only, not also in their case.
- Only arguments with a name are left out of a call: without another one, hardly any call works.
- `strict=True` of a zip stays: it finds mistakes in our own code, of which there should be none.
"""

from collections.abc import Iterator
from typing import Any

import libcst
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.mutation.mutators import mutation_operators, operator_arg_removal, operator_string

_stays = MutationVisitor._skip_node_and_children


def operators() -> list[tuple[type, Any]]:
    """Each kind of node with what can be changed in it."""
    others = {operator_string: _changed_name, operator_arg_removal: _changed_arguments}
    return [(kind, others.get(operator, operator)) for kind, operator in mutation_operators]


def stays(visitor: MutationVisitor, node: libcst.CSTNode) -> bool:
    """Whether nothing is changed in this part."""
    return _is_strict(node) or _stays(visitor, node)


def _changed_name(node: Any) -> list[Any]:
    text = node.value if isinstance(node, libcst.SimpleString) else ""
    return [] if " " in text.strip() else list(operator_string(node))[:1]


def _changed_arguments(node: libcst.Call) -> Iterator[libcst.Call]:
    for changed in operator_arg_removal(node):
        removed = [argument for argument in node.args if argument not in changed.args]
        if any(_is_strict(argument) for argument in removed):
            continue
        if len(changed.args) == len(node.args) or any(argument.keyword for argument in removed):
            yield changed


def _is_strict(node: libcst.CSTNode) -> bool:
    keyword = node.keyword if isinstance(node, libcst.Arg) else None
    return keyword is not None and keyword.value == "strict"
