"""Let MkDocs itself render lessons: links, anchors, ids, and extensions as on any other page.

mkdocs-jupyter makes pages of lessons and calls nbconvert, which would render each cell alone, by
other rules, and add 590 KB of styles. nbconvert calls this preprocessor (it is named in
`jupyter_nbconvert_config.py`), which has MkDocs render the lesson's Markdown in one piece.
"""

from dataclasses import dataclass, field
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_raw_cell
from rendering import Rendered


@dataclass
class Job:
    """The page that is being rendered: nbconvert knows nothing of it."""

    page: Page
    config: MkDocsConfig
    files: Files
    lesson: Rendered
    content: str | None = None
    toc: TableOfContents = field(default_factory=lambda: TableOfContents([]))


class NativePage(Preprocessor):
    """Replace a notebook by its page's HTML."""

    job: Job

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Render `job.page`, whose Markdown is already the lesson's, and note what came out."""
        job = self.job
        # Not `page.render`, which is mkdocs-jupyter's here.
        Page.render(job.page, job.config, job.files)
        job.content = job.lesson.fill(job.page.content or "")
        job.toc = job.page.toc
        nb.cells = [new_raw_cell(job.content, metadata={"raw_mimetype": "text/html"})]
        resources["inlining"] = {"css": []}  # mkdocs-jupyter's template expects it.
        return nb, resources
