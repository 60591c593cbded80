"""Why a query is refused, and what to try: the place, the likely slip, the remedy.

May import the root of lib/soql. Open mistakes.py first.
"""
