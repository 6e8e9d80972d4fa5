"""In a page nothing is compiled, so nothing is kept."""


def enable_compilation_cache(cache_dir=None):
    """Do nothing."""
