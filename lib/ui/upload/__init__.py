"""The file on the Sync page: uploaded, asked about where it is unclear, then previewed."""
