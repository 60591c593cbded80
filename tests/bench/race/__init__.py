"""A race: `sync.py run`, four scripts as people write them, and the barest script possible.

    python -m tests.bench.race              the table and the charts of docs/performance.md
    python -m tests.bench.race --quick      a small org and few addresses, printed only
    python -m tests.bench.race --large      also a run for a million addresses

All run against a practice org that answers as slowly as a real org, each against a new one with the
same people, in a process of its own. Results are also kept in docs/performance.json, from which
`--draw` makes the table and the charts again.
"""
