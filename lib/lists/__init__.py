"""Lists: Contacts and Leads pulled by SOQL, without anyone who opted out."""
