"""Judge the HTML of pages by the standard, with the checker that its authors use (Nu)."""

import json
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

from site_checks import tree
from site_checks.bounds import Figure, counted


def validity(site: Path, jar: Path) -> Figure:
    """Return how many errors the HTML of each page has.

    Args:
        site: The folder.
        jar: The checker, which Java runs.
    """
    files = {tree.file_of(site, page).resolve(): page for page in tree.pages(site)}
    command = ["java", "-jar", str(jar), "--format", "json", "--errors-only", "--exit-zero-always"]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = {page: [] for page in files.values()}
    for message in json.loads(done.stderr)["messages"]:
        # Without an address, it is the checker itself that failed.
        page = files[Path(unquote(urlsplit(message["url"]).path))]
        found[page].append(f"line {message.get('lastLine')}: {message['message']}")
    return counted("HTML errors", found)
