"""From lark's rules to our tree, bottom up while the text is read: one method per rule.

Bottom up means no recursion. The checks of salesforce_rules.py are called here, because here the
places in the text are known.
"""

from typing import Any, Literal, TypeVar, cast

from lark import Token, Transformer, v_args

from lib.soql import literals, salesforce_rules, tree
from lib.soql.advice.mistakes import Mistake
from lib.soql.keywords import RESERVED

T = TypeVar("T")


def mark_reserved(token: Token) -> Token:
    """Called for each NAME before the parser sees it. The grammar has no place for RESERVED."""
    return token.update(type="RESERVED") if token.lower() in RESERVED else token


@v_args(inline=True)
class Reader(Transformer[Token, tree.Query]):
    """Stateless. The parser calls it while it reads."""

    def start(self, query: tree.Query) -> tree.Query:
        return query

    def query(
        self, columns: Any, sources: Any, using: Any, where: Any, withs: Any, group: Any, *rest: Any
    ) -> tree.Query:
        order, limit, offset, bind, all_rows, purpose, update, options, last = rest
        query = tree.Query(
            columns=columns,
            sources=sources,
            using=using,
            where=where,
            with_=withs,
            group=group,
            order=order,
            limit=limit,
            offset=offset,
            bind=bind,
            all_rows=all_rows,
            purpose=last or purpose,
            update=update,
            options=options,
        )
        salesforce_rules.check_query(query)
        return query

    # ---- SELECT

    def columns(self, *columns: tree.Selected) -> tuple[tree.Selected, ...]:
        return columns

    def column(self, operand: tree.Operand, alias: Token | None) -> tree.Column:
        salesforce_rules.check_column(operand, alias)
        return tree.Column(operand, _name(alias))

    def child(self, query: tree.Query, alias: Token | None) -> tree.Child:
        return tree.Child(query, _name(alias))

    def typeof(self, field: Token, *rest: Any) -> tree.TypeOf:
        *whens, otherwise, alias = rest
        return tree.TypeOf(self.field(field), tuple(whens), otherwise or (), _name(alias))

    def when(self, sobject: Token, fields: tuple[tree.Field, ...]) -> tree.When:
        return tree.When(str(sobject), fields)

    def else_(self, fields: tuple[tree.Field, ...]) -> tuple[tree.Field, ...]:
        return fields

    def fields(self, *names: Token) -> tuple[tree.Field, ...]:
        return tuple(map(self.field, names))

    def field(self, name: Token) -> tree.Field:
        return tree.Field(str(name), name.start_pos)

    def function(self, name: Token, arguments: tuple[tree.Argument, ...] | None) -> tree.Function:
        function = tree.Function(str(name), arguments or (), name.start_pos)
        salesforce_rules.check_function(function)
        return function

    def arguments(self, *arguments: tree.Argument) -> tuple[tree.Argument, ...]:
        return arguments

    def distance(
        self, name: Token, field: Token, place: tree.Function, unit: tree.Text
    ) -> tree.Function:
        function = tree.Function(str(name), (self.field(field), place, unit), name.start_pos)
        salesforce_rules.check_distance(function, unit)
        return function

    def geolocation(
        self, name: Token, latitude: tree.Number, longitude: tree.Number
    ) -> tree.Function:
        return tree.Function(str(name), (latitude, longitude), name.start_pos)

    # ---- FROM

    def sources(self, *sources: tree.FromItem) -> tuple[tree.FromItem, ...]:
        return sources

    def source(self, name: Token, alias: Token | None) -> tree.FromItem:
        return tree.FromItem(str(name), _name(alias), name.start_pos)

    def using(self, *uses: tree.Using | None) -> tuple[tree.Using, ...]:
        return _present(uses)

    def use(self, kind: Token, name: Token) -> tree.Using:
        salesforce_rules.check_scope(name)
        return tree.Using(cast(Literal["SCOPE", "LOOKUP"], kind.upper()), str(name))

    # ---- WHERE

    def where(self, condition: tree.Condition | None) -> tree.Condition | None:
        if condition is not None:
            salesforce_rules.check_where(condition)
        return condition

    def and_(self, *parts: tree.Condition) -> tree.And:
        return tree.And(parts)

    def or_(self, *parts: tree.Condition) -> tree.Or:
        salesforce_rules.refuse_nested_semi_joins(parts)
        return tree.Or(parts)

    def not_(self, part: tree.Condition) -> tree.Not:
        salesforce_rules.refuse_nested_semi_joins((part,))
        return tree.Not(part)

    def nested(self, condition: tree.Condition) -> tree.Condition:
        if not isinstance(condition, tree.InQuery):  # alone in parentheses is still the top level
            salesforce_rules.refuse_nested_semi_joins((condition,))
        return condition

    def comparison(
        self, operand: tree.Operand, operator: Token, value: tree.Value
    ) -> tree.Comparison:
        return tree.Comparison(operand, _operator(operator), value)

    def sum(
        self, left: tree.Field, sign: Token, right: tree.Field, operator: Token, value: tree.Value
    ) -> tree.Sum:
        plus_or_minus = cast(Literal["+", "-"], str(sign))
        return tree.Sum(left, plus_or_minus, right, _operator(operator), value)

    def like(self, operand: tree.Operand, value: Token | tree.Value) -> tree.Comparison:
        meant = literals.pattern(value) if isinstance(value, Token) else value
        return tree.Comparison(operand, "LIKE", meant)

    def in_(self, operand: tree.Operand, word: Token, values: tuple[tree.Value, ...]) -> tree.In:
        return tree.In(operand, values, _is_negated(word))

    def in_query(self, operand: tree.Operand, word: Token, query: tree.Query) -> tree.InQuery:
        return tree.InQuery(operand, query, _is_negated(word))

    def includes(
        self, operand: tree.Operand, word: Token, values: tuple[tree.Value, ...]
    ) -> tree.Includes:
        return tree.Includes(operand, values, word.upper() == "EXCLUDES")

    def semijoin(
        self, operand: tree.Operand, sources: Any, using: Any, where: Any, withs: Any
    ) -> tree.Query:
        column = tree.Column(operand)
        with_ = () if withs is None else (withs,)
        query = tree.Query((column,), sources, using=using, where=where, with_=with_)
        salesforce_rules.check_semi_join(query, operand)
        return query

    # ---- values

    def values(self, *runs: tree.Value | Token) -> tuple[tree.Value, ...]:
        values: list[tree.Value] = []
        for run in runs:
            values += literals.texts(run) if isinstance(run, Token) else (run,)
        return tuple(values)

    def text(self, token: Token) -> tree.Text:
        return literals.text(token)

    def number(self, token: Token) -> tree.Number:
        return tree.Number(literals.without_spaces(token))

    def whole(self, token: Token) -> tree.Number:
        return tree.Number(literals.without_spaces(token))

    def word(self, token: Token) -> tree.DateLiteral:
        return literals.word(token)

    def moment(self, token: Token) -> tree.Date | tree.DateTime:
        return literals.moment(token)

    def time(self, token: Token) -> tree.Time:
        return literals.time_of_day(token)

    def currency(self, token: Token) -> tree.Currency:
        return tree.Currency(str(token))

    def null(self, _token: Token) -> tree.Null:
        return tree.Null()

    def true(self, _token: Token) -> tree.Boolean:
        return tree.Boolean(True)

    def false(self, _token: Token) -> tree.Boolean:
        return tree.Boolean(False)

    # ---- WITH

    def withs(self, *withs: tree.With | None) -> tuple[tree.With, ...]:
        return _present(withs)

    def with_categories(self, *categories: tree.Category) -> tree.WithCategories:
        return tree.WithCategories(categories)

    def with_mode(self, name: Token, *options: tree.Option | None) -> tree.WithMode:
        return tree.WithMode(str(name), _present(options))

    def with_value(self, name: Token, _equal: Token, value: tree.Text) -> tree.WithValue:
        return tree.WithValue(str(name), value)

    def category(self, field: Token, operator: Token, *names: Token) -> tree.Category:
        return tree.Category(self.field(field), operator.upper(), tuple(map(str, names)))

    def option(self, key: Token, _equal: Token, value: tree.Value) -> tree.Option:
        return str(key), value

    # ---- the rest

    def group(self, grouping: tree.Grouping | None, having: Any) -> tree.Grouping | None:
        salesforce_rules.check_having(having)
        return grouping and tree.Grouping(grouping.operands, grouping.kind, having)

    def grouping(self, first: Token | tree.Operand, *rest: tree.Operand) -> tree.Grouping:
        if not isinstance(first, Token):
            grouping = tree.Grouping((first, *rest))
        else:
            grouping = tree.Grouping(rest, cast(Literal["ROLLUP", "CUBE"], first.upper()))
        salesforce_rules.check_grouping(grouping)
        return grouping

    def order(self, *orderings: tree.Ordering | None) -> tuple[tree.Ordering, ...]:
        return _present(orderings)

    def ordering(
        self, operand: tree.Operand, direction: Token | None, nulls: Token | None
    ) -> tree.Ordering:
        salesforce_rules.refuse_in(operand, "ORDER BY")
        toward = cast(Literal["", "ASC", "DESC"], direction.upper() if direction else "")
        place = cast(Literal["", "FIRST", "LAST"], nulls.upper().split()[1] if nulls else "")
        return tree.Ordering(operand, toward, place)

    def limit(self, number: Token | None) -> int | None:
        return None if number is None else literals.whole(number)

    def offset(self, number: Token | None) -> int | None:
        return None if number is None else literals.whole(number)

    def bind(self, *bindings: tree.Option | None) -> tuple[tree.Option, ...]:
        return _present(bindings)

    def binding(self, name: Token, _equal: Token, value: tree.Value) -> tree.Option:
        return str(name), value

    def all_rows(self, word: Token | None) -> bool:
        return word is not None

    def purpose(self, words: Token | None) -> str:
        return words.upper().split()[1] if words else ""

    def update(self, *names: Token | None) -> tuple[str, ...]:
        present = _present(names)
        for name in present:
            salesforce_rules.check_statistics(name)
        return tuple(map(str, present))

    def options(self, *options: tree.Option | None) -> tuple[tree.Option, ...]:
        return _present(options)

    def last(self, words: Token | None) -> str:
        """Only FOR UPDATE can come at the very end, after UPDATE TRACKING."""
        if words is not None and words.upper().split()[1] != "UPDATE":
            raise Mistake(
                words.start_pos or 0,
                f"{words} is too far to the right.",
                f"Put {words.upper()} before UPDATE and SET OPTIONS.",  # noqa: S608 - advice
            )
        return self.purpose(words)


def _name(token: Token | None) -> str | None:
    return None if token is None else str(token)


def _present(values: tuple[T | None, ...]) -> tuple[T, ...]:
    return tuple(value for value in values if value is not None)


def _operator(token: Token) -> tree.Operator:
    written = literals.without_spaces(token)
    return cast(tree.Operator, "!=" if written == "<>" else written)


def _is_negated(word: Token) -> bool:
    return word.upper() != "IN"
