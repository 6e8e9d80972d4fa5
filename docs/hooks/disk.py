"""The MkDocs hook: a build that the disk stopped says so, in a sentence and without a traceback."""

import errno

from mkdocs.exceptions import PluginError

REMEDIES = {
    errno.ENOSPC: "make room on the disk",
    errno.EDQUOT: "make room within your quota",
    errno.EFBIG: "allow larger files, see `ulimit -f`",
    errno.EROFS: "build where you may write, with --site-dir FOLDER",
    errno.EACCES: "build where you may write, with --site-dir FOLDER",
}


def on_build_error(error: Exception) -> None:
    """Put what to do in the place of an error that is the disk's; others go on as they are.

    Raises:
        PluginError: Which MkDocs prints, and nothing else.
    """
    if isinstance(error, OSError) and (remedy := REMEDIES.get(error.errno or 0)):
        raise PluginError(
            f"The site is not complete: {error}. What to do: {remedy}, and build again. "
            "What lessons left when they ran is kept."
        ) from error
