"""Charts as SVG, the same for the same values: lines with points, and a dashed line as the target.

They follow the reader's light or dark mode, as text in a document does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

_WIDTH, _HEIGHT = 640, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 72, 16, 40, 40
_STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #57606a }
  .title { font-size: 14px; font-weight: 600; fill: #1f2328 }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .line { stroke: #0969da; stroke-width: 2; fill: none }
  .point { fill: #0969da }
  .target { stroke: #9a6700; stroke-width: 1.5; stroke-dasharray: 5 4 }
  .named { fill: #9a6700 }
  @media (prefers-color-scheme: dark) {
    text { fill: #9198a1 }
    .title { fill: #f0f6fc }
    .grid { stroke: #3d444d }
    .line { stroke: #4493f8 }
    .point { fill: #4493f8 }
    .target { stroke: #d29922 }
    .named { fill: #d29922 }
  }
"""


@dataclass(frozen=True)
class Chart:
    """Points as (x, y); both axes begin at 0. `slope` is a target that grows with x."""

    title: str
    x_name: str
    unit: str
    points: Sequence[tuple[float, float]]
    target: float | None = None
    slope: float | None = None
    target_name: str = ""


def drawn(chart: Chart) -> str:
    """The chart as the text of an SVG file."""
    return "\n".join(_parts(chart)) + "\n"


def _parts(chart: Chart) -> Iterator[str]:
    right = max(x for x, _ in chart.points)
    top = _top(chart, right)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" role="img">'
    )
    yield f"<title>{escape(chart.title)}</title>"
    yield f"<style>{_STYLE}</style>"
    yield f'<text class="title" x="{_LEFT}" y="20">{escape(chart.title)}</text>'
    for value in _ticks(top):
        y = _y(value, top)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
        text = f"{value:,.0f} {chart.unit}"
        yield f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{text}</text>'
    for value in _ticks(right):
        x = _x(value, right)
        anchor = "end" if x > _WIDTH - _LEFT / 2 else "middle"
        yield f'<text x="{x}" y="{_HEIGHT - 20}" text-anchor="{anchor}">{value:,.0f}</text>'
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    yield f'<text x="{middle}" y="{_HEIGHT - 4}" text-anchor="middle">{chart.x_name}</text>'
    yield from _target(chart, right, top)
    places = [(_x(x, right), _y(y, top)) for x, y in sorted(chart.points)]
    yield f'<polyline class="line" points="{" ".join(f"{x},{y}" for x, y in places)}"/>'
    for x, y in places:
        yield f'<circle class="point" cx="{x}" cy="{y}" r="3.5"/>'
    yield "</svg>"


def _target(chart: Chart, right: float, top: float) -> Iterator[str]:
    ends = _target_ends(chart, right)
    if ends is None:
        return
    first, last = _y(ends[0], top), _y(ends[1], top)
    yield (
        f'<line class="target" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{first}" y2="{last}"/>'
        f'<text class="named" x="{_LEFT + 10}" y="{_TOP + 14}">{escape(chart.target_name)}</text>'
    )


def _target_ends(chart: Chart, right: float) -> tuple[float, float] | None:
    if chart.slope is not None:
        return 0, chart.slope * right
    return None if chart.target is None else (chart.target, chart.target)


def _top(chart: Chart, right: float) -> float:
    """A round number above everything that is drawn."""
    highest = 1.05 * max([y for _, y in chart.points] + list(_target_ends(chart, right) or ()))
    step = _step(highest)
    return ceil(highest / step) * step


def _ticks(end: float) -> list[float]:
    """Round numbers from 0 to the end of an axis."""
    step = _step(end)
    return [step * place for place in range(int(end / step) + 1)]


def _step(end: float) -> float:
    """The distance between two marks of an axis, so that it has about five."""
    power = 10 ** floor(log10(end / 5))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= end / 5)


def _x(value: float, right: float) -> float:
    return round(_LEFT + (_WIDTH - _LEFT - _RIGHT) * value / right, 1)


def _y(value: float, top: float) -> float:
    return round(_HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / top, 1)
