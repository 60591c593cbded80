"""What a file is, whatever its name says: workbooks and JSON lists are read, the rest is named."""
