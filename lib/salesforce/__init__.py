"""The only room that talks to Salesforce, from sign-in to the answer about a single record.

It may import lib.soql and what is below it. Open door.py first: every call goes through it.
"""

VERSION = "59.0"
"""The API version of every call. SOAP login() exists only up to 64.0."""
