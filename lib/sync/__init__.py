"""The engine: read, ledger, match, plan, safety limit, write, log, as one run of one connection."""
