"""Everything that knows Salesforce's wire, from sign-in to the answer for one record."""

VERSION = "59.0"
"""The API version of every call. SOAP login() exists up to 64.0 only."""
