"""Where unsubscribes come from: JangoMail's reports, and files of people who unsubscribed.

May import lib/transport, settings, words, addresses, values, clock, and errors. The root has what
every source needs. Open protocol.py first; a new source is a folder next to jangomail/.
"""
