"""Why a query is refused and what to write instead: the place, the likely slip, the remedy.

May import lib/soql/keywords.py and nothing else of lib/soql. Open mistakes.py first.
"""
