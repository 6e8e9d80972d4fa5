"""Date the sitemap by the source: on whichever day this is built, the same bytes come out."""

import os
from datetime import UTC, datetime
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from source_date import source_date

# What MkDocs reads in place of the clock.
_VARIABLE = "SOURCE_DATE_EPOCH"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Set the date that MkDocs writes, unless somebody else did, or nobody knows it."""
    day = source_date(Path(config.config_file_path).parent)
    if day and not os.environ.get(_VARIABLE):
        os.environ[_VARIABLE] = f"{datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp():.0f}"
    return config
