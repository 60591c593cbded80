"""What Optback says about who in a file asked: for the preview and the log, and in refusals."""

from collections.abc import Sequence

from lib.errors import WhoAskedUnclear
from lib.sources.files.who_asked.cell_words import LONGEST_STATE, Value, is_mail, says
from lib.sources.files.who_asked.choice import as_typed
from lib.sources.files.who_asked.column_votes import ASKING, ColumnSeen
from lib.sources.files.who_asked.file_kinds import FileKind
from lib.sources.files.who_asked.heading_votes import Says
from lib.sources.files.who_asked.verdict import FileVerdict
from lib.words import by_count, counted

_VALUES_NAMED = 6
_LONGEST_VALUE = 40
_MAY_MEAN_LEAVING = (Value.ASKED, Value.YES, Value.DOUBTFUL)


def sentence(verdict: FileVerdict, asked: int, left_out: int) -> str:
    """How it was decided: `41 of 120 lines say so (Unsubscribed = Yes), and 79 are left out`."""
    if verdict.counts_all:
        why = "you said so" if verdict.chosen else "no column says otherwise"
        return f"Everyone in the file counts, because {why}"
    total = counted(asked + left_out, "line", "lines")
    rest = by_count(left_out, "none are left out", "1 is left out", "{n} are left out")
    rest += _others(verdict)
    if verdict.where:
        chosen = " and ".join(
            f"{where.column} = {', '.join(where.values)}" for _, where in verdict.where
        )
        some = by_count(asked, "None of {total} was", "1 of {total} was", "{n} of {total} were")
        return f"{some.replace('{total}', total)} chosen ({chosen}), and {rest}"
    if not asked and left_out == 1:
        names = _names(verdict)
        return f"The only line doesn't say that the person asked ({names}), so it's left out"
    if not asked:
        return f"None of {total} says that the person asked ({_names(verdict)}), and {rest}"
    why = "; ".join(filter(None, map(_who_asked, verdict.deciding)))
    return f"{asked:,} of {total} {'says' if asked == 1 else 'say'} so ({why}), and {rest}"


def contradiction(file_name: str, verdict: FileVerdict, line: int, lines: int) -> WhoAskedUnclear:
    """The refusal of a file in which two columns say the opposite of the same person."""
    columns = (*verdict.deciding, *verdict.beside, *verdict.sign_ups)
    more = f" and {lines - 1:,} more" if lines > 1 else ""
    held = "; ".join(f"column {quoted(column)} has {_named(column)}" for column in columns)
    message = f"Columns in {file_name} contradict each other (line {line}{more})"
    return _ask(f"{message}: {held}", columns, why=f"{message}.")


def two_answers(file_name: str, verdict: FileVerdict, address: str, people: int) -> WhoAskedUnclear:
    """The refusal of a file that says of the same person that they asked, and that they didn't."""
    more = f" and {people - 1:,} more" if people > 1 else ""
    message = (
        f"Column {_names(verdict)} in {file_name} gives two answers for {address}{more}, and "
        "no date shows which came last"
    )
    return _ask(message, verdict.deciding, why=f"{message}.")


def unclear(file_name: str, columns: Sequence[ColumnSeen]) -> WhoAskedUnclear:
    """The refusal of a file whose columns are about the wish, but not clearly enough."""
    names = "; ".join(f"column {quoted(column)} has {_named(column)}" for column in columns)
    return _ask(f"It isn't certain who in {file_name} asked not to be emailed: {names}", columns)


def several_media(
    file_name: str, media: ColumnSeen, deciding: Sequence[ColumnSeen]
) -> WhoAskedUnclear:
    """The refusal of a file in which some lines are about calls or texts, not about emails."""
    error = unclear(file_name, [media, *deciding])
    mail = next((text for text, _ in media.shown_values() if is_mail(text)), None)
    asked = [
        (column, text)
        for column in deciding
        for text, vote in column.votes().items()
        if vote in ASKING
    ]
    if mail and asked:
        column, text = asked[0]
        error.remedy = (
            f"Say which lines count, such as {as_typed(media.name, mail)} with "
            f"{as_typed(column.name, text)}, or use --everyone if everyone in this file asked."
        )
    return error


def other_people(file_name: str, kind: FileKind, column: ColumnSeen) -> WhoAskedUnclear:
    """The refusal of a file with a column that says it lists people of another kind."""
    message = f"{file_name} lists {kind.value}, not people who unsubscribed"
    held = f"column {quoted(column)} has {_named(column)}"
    return _ask(f"{message}: {held}", [column], why=f"Going by column {quoted(column)}, {message}.")


def other_file(file_name: str, kind: FileKind, evidence: str) -> WhoAskedUnclear:
    """The refusal of a file whose name, or whose columns together, say the same."""
    message = f"Going by {evidence}, {file_name} lists {kind.value}, not people who unsubscribed"
    return WhoAskedUnclear(
        message,
        remedy="Export the people who unsubscribed. If everyone in this file did ask not to be "
        "emailed, use --everyone.",
        why=f"{message}.",
    )


def no_such_value(file_name: str, column: ColumnSeen, value: str) -> WhoAskedUnclear:
    """The refusal of a choice that no line meets: a typo would leave everyone out."""
    message = f"No line in {file_name} has {value or 'an empty cell'} in column {quoted(column)}"
    held = f", which has {_named(column)}" if column.shown_values() else ""
    return _ask(f"{message}{held}", [column], why=f"{message}.")


def quoted(column: ColumnSeen) -> str:
    """The column's heading in quotes, or its number."""
    return f'"{column.heading}"' if column.heading else str(column.place + 1)


def _names(verdict: FileVerdict) -> str:
    return " and ".join(map(quoted, (*verdict.deciding, *verdict.beside)))


def _ask(message: str, columns: Sequence[ColumnSeen], *, why: str | None = None) -> WhoAskedUnclear:
    first = columns[0]
    return WhoAskedUnclear(
        message,
        remedy=f"Say which lines count, such as {as_typed(first.name, _example(first))}, or use "
        "--everyone if everyone in this file asked.",
        columns=tuple((column.name, column.shown_values()) for column in columns),
        why=why,
    )


def _example(column: ColumnSeen) -> str:
    """A value that may mean unsubscribed, and that is safe to copy: not one for subscribers."""
    texts = [text for text, _ in column.shown_values() if len(text) <= LONGEST_STATE]
    certain = [text for text in texts if column.vote(text) in ASKING]
    if column.says in (Says.OPTED_IN, Says.CONSENTED):
        return next(iter(certain), "VALUE")
    likely = [text for text in texts if says(text) in _MAY_MEAN_LEAVING or is_mail(text)]
    return next(iter(certain + likely), "VALUE")


def _who_asked(column: ColumnSeen) -> str:
    """`Unsubscribed = Yes`: which of a column's values count."""
    texts = [text for text, vote in column.votes().items() if vote in ASKING]
    if column.dates_count:
        texts.append("a date")
    return f"{column.name} = {', '.join(texts[:_VALUES_NAMED])}" if texts else ""


def _others(verdict: FileVerdict) -> str:
    """The values of the lines left out, if they say more than no."""
    if len(verdict.deciding) != 1 or verdict.deciding[0].has_flags:
        return ""
    (column,) = verdict.deciding
    shown = [
        f"{text[:_LONGEST_VALUE]} {count:,}"
        for text, count in column.shown_values()
        if column.votes().get(text) not in ASKING
    ]
    return f" ({', '.join(shown[:_VALUES_NAMED])})" if shown else ""


def _named(column: ColumnSeen) -> str:
    values = column.shown_values()
    shown = ", ".join(
        f"{text[:_LONGEST_VALUE]} ({count:,})" for text, count in values[:_VALUES_NAMED]
    )
    return f"{shown} and others" if column.more_others or len(values) > _VALUES_NAMED else shown
