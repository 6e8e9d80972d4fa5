"""What `site.py` checks, one idea a file."""
