"""The command line: one file a command; only what a command needs is imported when it runs."""
