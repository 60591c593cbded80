"""Lists: Contacts and Leads pulled by SOQL, without anybody who opted out."""
