"""What every page has around it: menu, head, connection picker, the answer row, styles.

A page draws its title with `draw_head` and its answer with `draw_answer`. May import the root of
lib/ui and lib/services. Open head.py first.
"""
