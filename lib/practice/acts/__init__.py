"""What happens to a practice org from outside: people unsubscribe, administrators change rights.

May import crowd, faults, jangomail, saving and the root of lib/practice. Open control.py first: it
lists the addresses.
"""
