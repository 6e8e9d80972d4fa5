"""Fixtures for the tests of the site builder."""

from sites import browser, build_site, make_site

__all__ = ["browser", "build_site", "make_site"]
