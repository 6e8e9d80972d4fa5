"""The MkDocs hook: executes all lessons when a build starts, then renders each as a page."""

import logging
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import cache
import jupytext
import rendering
from execution import LessonError, code_cells, execute, in_parallel
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils.meta import get_data
from native_page import Job, NativePage
from nbformat import NotebookNode
from provenance import Provenance, fingerprint, package_digest, probe

log = logging.getLogger("mkdocs.hooks.lessons")


@dataclass
class Build:
    """What is known while a site is built."""

    provenance: Provenance | None = None
    lessons: dict[str, NotebookNode | LessonError] = field(default_factory=dict)


serving = False
build = Build()


def on_startup(command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
    """Note whether somebody is writing: then a lesson that fails must not end the build."""
    global serving
    serving = command == "serve"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Keep mkdocs-jupyter's MathJax, which comes from another server, out of every page.

    Version 0.27 adds a loader unless told that 2 is meant; earlier ones do not know the option.
    """
    options = config.plugins["mkdocs-jupyter"].config
    if "mathjax_version" in options:
        options["mathjax_version"] = 2
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Execute the lessons, or take from the cache what they left.

    Raises:
        PluginError: If any fail; but under "mkdocs serve", their pages say so instead.
    """
    # nbconvert searches there for `jupyter_nbconvert_config.py`.
    os.environ["JUPYTER_CONFIG_PATH"] = str(Path(__file__).parent)
    root = Path(config.config_file_path).parent
    # mkdocs-jupyter has marked which files are pages.
    lessons = [file for file in files.documentation_pages() if file.src_uri.endswith(".py")]
    build.provenance, build.lessons = None, {}
    try:
        package = package_digest(root)
        build.provenance = probe(root, package)
        log.info(f"Lessons run on {build.provenance.name}")
        name = fingerprint(package, build.provenance)
        variables = build.provenance.environment
        results = in_parallel([_outcome(lesson, root, name, variables) for lesson in lessons])
    except LessonError as error:
        results = [error] * len(lessons)
    build.lessons = dict(zip((lesson.src_uri for lesson in lessons), results, strict=True))
    # What ails the package ails every lesson, and is said once.
    failures = dict.fromkeys(str(error) for error in results if isinstance(error, LessonError))
    if failures and not serving:
        raise PluginError("\n\n".join(failures))
    for failure in failures:
        log.error(failure)
    cache.prune(root / ".cache/lessons")
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Return the executed lesson as Markdown; a header of `# ---` lines is the page's own."""
    lesson = build.lessons.get(page.file.src_uri)
    if lesson is None:
        return markdown
    if isinstance(lesson, LessonError):
        report = rendering.fence(str(lesson), "text")
        rendered = rendering.Rendered(f"# This lesson did not run\n\n{report}\n")
    else:
        rendered = rendering.render(lesson)
    for problem in rendered.problems:
        log.warning(f"{page.file.src_uri}: {problem}")
    text, meta = get_data(rendered.markdown)
    page.meta.update(meta)
    NativePage.job = Job(page, config, files, rendered)
    return text


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Drop what mkdocs-jupyter put around a lesson, and say what it ran on."""
    provenance = build.provenance
    if lesson := build.lessons.get(page.file.src_uri):
        job = NativePage.job
        if job.page is not page or job.content is None:
            raise PluginError("nbconvert did not read jupyter_nbconvert_config.py.")
        page.toc, html = job.toc, job.content
        if provenance and not isinstance(lesson, LessonError):
            html += provenance.line
    return (provenance.notice if provenance else "") + html


async def _outcome(
    lesson: File, root: Path, name: str, variables: dict[str, str]
) -> NotebookNode | LessonError:
    """Return the notebook with its outputs, or why there are none."""
    folder = root / ".cache/lessons"
    try:
        notebook = jupytext.read(lesson.abs_src_path)
        entry = cache.key(notebook, name)
        outputs = cache.load(folder, entry)
        if outputs is None:
            start = time.monotonic()
            outputs = await execute(notebook, root, variables)
            cache.store(folder, entry, outputs)
            log.info(f"Executed {lesson.src_uri} in {time.monotonic() - start:.1f} s")
        else:
            log.info(f"Unchanged: {lesson.src_uri}")
    except LessonError as error:
        return LessonError(f"{lesson.src_uri} {error}")
    for cell, left in zip(code_cells(notebook), outputs, strict=True):
        cell.outputs = left
    return notebook
