"""Turn lessons, which are Python files, into pages of a site. ARCHITECTURE.md shows how."""
