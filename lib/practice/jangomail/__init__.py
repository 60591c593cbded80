"""JangoMail's web service: its account, its methods, and how ASP.NET writes answers.

May import the root of lib/practice. Open service.py first.
"""
