"""The engine: read → ledger → match → plan → guard → write → log, as one run of one connection."""
