"""The MkDocs hook: executes all lessons when a build starts, then renders each as a page."""

import logging
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import diagrams
import downloads
import rendering
from executed import Lessons, executed
from execution import LessonError
from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from mkdocs.structure.pages import Page
from mkdocs.utils.meta import get_data
from native_page import Job, NativePage
from provenance import Provenance

log = logging.getLogger("mkdocs.hooks.lessons")


@dataclass
class Build:
    """What is known while a site is built."""

    provenance: Provenance | None = None
    lessons: Lessons = field(default_factory=dict)


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
    pages = [file for file in files.documentation_pages() if file.src_uri.endswith(".py")]
    paths = {page.src_uri: Path(str(page.abs_src_path)) for page in pages}
    build.provenance, build.lessons = executed(paths, root)
    # What ails the package ails every lesson, and is said once.
    failures = dict.fromkeys(
        str(error) for error in build.lessons.values() if isinstance(error, LessonError)
    )
    if failures and not serving:
        raise PluginError("\n\n".join(failures))
    for failure in failures:
        log.error(failure)
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
    """Drop what mkdocs-jupyter put around a lesson, and say what it ran on; draw diagrams."""
    provenance = build.provenance
    if lesson := build.lessons.get(page.file.src_uri):
        job = NativePage.job
        if job.page is not page or job.content is None:
            raise PluginError("nbconvert did not read jupyter_nbconvert_config.py.")
        page.toc, html = job.toc, job.content
        if provenance and not isinstance(lesson, LessonError):
            html += provenance.line
    html, problems = diagrams.inline(html, page.file, files)
    for problem in problems:
        log.warning(f"{page.file.src_uri}: {problem}")
    if downloads.is_lesson(page.file):
        html = downloads.add_links(html, page.file)
    return (provenance.notice if provenance else "") + html


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Write what is to be downloaded; by now every page's address and anchors are known."""
    for file in files.documentation_pages():
        if downloads.is_lesson(file):
            downloads.write(file, files, config)
