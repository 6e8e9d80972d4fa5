"""The MkDocs hook: executes all lessons when a build starts, then renders each as a page."""

import logging
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import attachments
import diagrams
import downloads
import export
import policy
import rendering
from executed import Lessons, executed
from execution import LessonError
from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import write_file
from mkdocs.utils.meta import get_data
from native_page import Job, NativePage
from provenance import Provenance

log = logging.getLogger("mkdocs.hooks.lessons")


@dataclass
class Build:
    """What is known while a site is built."""

    provenance: Provenance | None = None
    lessons: Lessons = field(default_factory=dict)
    attachments: dict[Path, bytes] = field(default_factory=dict)
    rendered: dict[str, rendering.Rendered] = field(default_factory=dict)
    nav: Navigation = field(default_factory=lambda: Navigation([], []))


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
    build.attachments.clear()
    build.rendered.clear()
    # What ails the package ails every lesson, and is said once.
    failures = dict.fromkeys(
        str(error) for error in build.lessons.values() if isinstance(error, LessonError)
    )
    if failures and not serving:
        raise PluginError("\n\n".join(failures))
    for failure in failures:
        log.error(failure)
    return files


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
    """Note the order of the pages, in which their texts will be listed."""
    build.nav = nav
    return nav


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Return the executed lesson as Markdown; a header of `# ---` lines is the page's own."""
    lesson = build.lessons.get(page.file.src_uri)
    if lesson is None:
        return markdown
    if isinstance(lesson, LessonError):
        report = rendering.fence(str(lesson), "text")
        rendered = rendering.Rendered(f"# This lesson did not run\n\n{report}\n")
    else:
        rendered = build.rendered[page.file.src_uri] = rendering.render(lesson)
    for problem in rendered.problems:
        log.warning(f"{page.file.src_uri}: {problem}")
    folder = Path(page.file.abs_dest_path).parent
    build.attachments |= {folder / name: file for name, file in rendered.files.items()}
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
        if (page := file.page) and page.content:
            folder = Path(file.abs_dest_path).parent
            page.content, problems = attachments.vouch(page.content, folder, build.attachments)
            for problem in problems:
                log.warning(f"{file.src_uri}: {problem}")
    for path, content in build.attachments.items():
        write_file(content, str(path))
    ran = build.provenance.sentence if build.provenance else ""
    export.write(build.nav, build.rendered, ran, files, config)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Say in the page where its text is."""
    return export.add_link(output, page)


def on_post_build(config: MkDocsConfig) -> None:
    """Say in each page what it may run; but `mkdocs serve` adds a script that reloads pages."""
    if not serving:
        for problem in policy.write(Path(config.site_dir)):
            log.warning(problem)
