"""The practice org: a server that answers as Salesforce and JangoMail do, with made-up people.

May import lib/soql and nothing else of ours. Open server.py first. Each protocol has its folder.
"""
