"""The MkDocs hook: executes all lessons when a build starts, then renders each as a page."""

import logging
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Literal

import attachments
import cache
import diagrams
import downloads
import export
import policy
import remembered
import rendering
import social
from executed import Lessons, executed
from execution import LessonError
from jinja2 import Environment, FileSystemBytecodeCache
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import write_file
from mkdocs.utils.meta import get_data
from mkdocs.utils.templates import TemplateContext
from nbformat import NotebookNode
from provenance import Provenance, package_digest
from terminal import shown
from text import uri
from unchanged import Unchanged

log = logging.getLogger("mkdocs.hooks.lessons")


@dataclass
class Build:
    """What is known while a site is built."""

    provenance: Provenance | None = None
    lessons: Lessons = field(default_factory=dict)
    attachments: dict[Path, bytes] = field(default_factory=dict)
    rendered: dict[str, rendering.Rendered] = field(default_factory=dict)
    nav: Navigation = field(default_factory=lambda: Navigation([], []))
    around: str = ""
    about: dict[str, str] = field(default_factory=dict)


serving = False
build = Build()
_rendered: Unchanged[rendering.Rendered] = Unchanged()
_offers: Unchanged[tuple[str, dict[str, bytes]]] = Unchanged()


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
    root = Path(config.config_file_path).parent
    # mkdocs-jupyter has marked which files are pages.
    pages = [file for file in files.documentation_pages() if file.src_uri.endswith(".py")]
    paths = {page.src_uri: Path(str(page.abs_src_path)) for page in pages}
    build.provenance, build.lessons = executed(paths, root, quick=serving)
    build.attachments.clear()
    build.rendered.clear()
    # What ails the package ails every lesson, and is said once.
    failures = dict.fromkeys(
        str(error) for error in build.lessons.values() if isinstance(error, LessonError)
    )
    if failures and not serving:
        raise PluginError("\n\n".join(map(shown, failures)))
    for failure in failures:
        log.error(shown(failure))
    return files


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
    """Note the order of the pages, in which their texts will be listed."""
    build.nav = nav
    build.around = remembered.surroundings(config, files)
    if serving:
        build.around += package_digest(Path(config.config_file_path).parent)
    if reference := config.plugins.get("mkdocstrings"):
        _compile_once(reference.get_handler("python").env, config)
    cache.prune(_remembered(config))
    return nav


def on_pre_page(page: Page, config: MkDocsConfig, files: Files) -> Page:
    """Let MkDocs itself render lessons: links, anchors, ids, and extensions as on any other page.

    mkdocs-jupyter, which makes pages of the files, would call nbconvert here. That renders each
    cell alone, by other rules, adds 590 KB of styles, and takes most of a build's time.
    """
    # Other pages describe the package. Built for readers, they also go into an inventory.
    if serving or page.file.src_uri in build.lessons:
        render = partial(remembered.render, page, _remembered(config), build.around)
        vars(page)["render"] = render
    return page


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Return the executed lesson as Markdown; a header of `# ---` lines is the page's own."""
    lesson = build.lessons.get(page.file.src_uri)
    if lesson is None:
        return markdown
    if isinstance(lesson, LessonError):
        report = rendering.fence(str(lesson), "text")
        rendered = rendering.Rendered(f"# This lesson did not run\n\n{report}\n")
    else:
        name = page.file.src_uri
        rendered = _rendered.get(name, lesson, partial(rendering.render, lesson))
        build.rendered[name] = rendered
    for problem in rendered.problems:
        log.warning(f"{page.file.src_uri}: {problem}")
    folder = Path(page.file.abs_dest_path).parent
    build.attachments |= {folder / name: file for name, file in rendered.files.items()}
    text, meta = get_data(rendered.markdown)
    page.meta.update(meta)
    return text


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Say what a lesson ran on; draw diagrams. Its outputs come later."""
    provenance = build.provenance
    if provenance and page.file.src_uri in build.rendered:
        html += provenance.line
    html, problems = diagrams.inline(html, page.file, files)
    for problem in problems:
        log.warning(f"{page.file.src_uri}: {problem}")
    if downloads.is_lesson(page.file):
        html = downloads.add_links(html, page.file)
    return (provenance.notice if provenance else "") + html


def on_env(env: Environment, config: MkDocsConfig, files: Files) -> None:
    """Write what is to be downloaded; by now every page's address and anchors are known."""
    _compile_once(env, config)
    for path, content in build.attachments.items():
        write_file(content, str(path))
    ran = build.provenance.sentence if build.provenance else ""
    build.about = {}
    for file in files.documentation_pages():
        if page := file.page:
            lesson, rendered = build.lessons.get(file.src_uri), build.rendered.get(file.src_uri)
            of = page.markdown, page.content, page.meta, lesson, ran, build.around
            make = partial(_offered, page, lesson, rendered, ran, files, config)
            build.about[uri(file)], offered = _offers.get(file.src_uri, of, make)
            for place, content in offered.items():
                write_file(content, str(Path(config.site_dir) / place))
    export.write_list(build.nav, build.about, config)
    if not serving:  # Nobody shows a link to a page that only its author sees.
        social.write(build.about, files, config)


def _offered(
    page: Page,
    lesson: NotebookNode | LessonError | None,
    rendered: rendering.Rendered | None,
    ran: str,
    files: Files,
    config: MkDocsConfig,
) -> tuple[str, dict[str, bytes]]:
    """Return a line about a page, and what it offers for download, by place in the site."""
    about, offered = export.to_files(page, rendered, ran, files, config)
    if downloads.is_lesson(page.file):
        offered |= downloads.to_files(page.file, lesson, files, config)
    return about, offered


@event_priority(-100)
def on_page_context(
    context: TemplateContext, page: Page, config: MkDocsConfig, nav: Navigation
) -> TemplateContext:
    """Put outputs in their places, which search has not read; lead links to what pages offer."""
    rendered = build.rendered.get(page.file.src_uri)
    content = page.content or ""
    page.content, problems = attachments.vouch(
        rendered.fill(content) if rendered else content,
        Path(page.file.abs_dest_path).parent,
        build.attachments,
    )
    for problem in problems:
        log.warning(f"{page.file.src_uri}: {problem}")
    return context


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Say in the page where its text is, and what to show beside a link to it."""
    return social.add_tags(export.add_link(output, page), page, build.about, config)


def on_post_build(config: MkDocsConfig) -> None:
    """Say in each page what it may run; but `mkdocs serve` adds a script that reloads pages."""
    if not serving:
        for problem in policy.write(Path(config.site_dir)):
            log.warning(problem)


def _compile_once(env: Environment, config: MkDocsConfig) -> None:
    """Keep compiled templates from build to build: there are a hundred."""
    folder = Path(config.config_file_path).parent / ".cache" / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    env.bytecode_cache = FileSystemBytecodeCache(str(folder))


def _remembered(config: MkDocsConfig) -> Path:
    return Path(config.config_file_path).parent / ".cache" / "pages"
