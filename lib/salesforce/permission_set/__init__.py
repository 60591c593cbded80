"""The permission set that gives the connection's user just what Optback needs.

rights.py says which rights those are, found.py reads what is there, made.py creates the rest and
removes it again. Setup rows are written here and nowhere else, and nothing but Setup rows.
"""
