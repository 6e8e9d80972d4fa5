"""The hooks of MkDocs, in the order in which it calls them. No other file here imports MkDocs."""

import errno
import logging
import os
import posixpath
import re
import socket
import sys
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.dont_write_bytecode = True  # Bytecode in a folder that is watched would look like an edit.

import click
import markdown as python_markdown
from markupsafe import Markup, escape
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import CombinedEvent, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink
from mkdocs.utils import get_relative_url, write_file

from lessonsite import cards, npm, publish, render
from lessonsite.digits import DigitsError
from lessonsite.figures import draw_diagrams
from lessonsite.formulas import FormulaExtension, Formulas
from lessonsite.live import VERSION_PLACEHOLDER, Live, Shown
from lessonsite.policy import POLICY_PLACEHOLDER, policy
from lessonsite.run import LessonError
from lessonsite.runner import Job, Runner
from lessonsite.text import with_docstrings

log = logging.getLogger("mkdocs.hooks.lessonsite")

# A link to a file that a lesson's code offers: `[text](lesson.py){ download=name }`.
_OFFER = re.compile(r"\[([^][]+)\]\(([^()\s]+\.py)\)\{ *download=([^\s}]+) *\}")

_REMEDIES = {
    errno.ENOSPC: "make room on the disk",
    errno.EDQUOT: "make room within your quota",
    errno.EFBIG: "allow larger files, see `ulimit -f`",
    errno.EROFS: "build where you may write, with --site-dir FOLDER",
    errno.EACCES: "build where you may write, with --site-dir FOLDER",
}


class LessonFile(File):
    """A lesson's file, of which MkDocs makes a page."""

    def is_documentation_page(self) -> bool:
        """Return True: MkDocs itself would take only Markdown for a page."""
        return True


class Site:
    """Keep the state that the hooks share; under "mkdocs serve", from build to build."""

    config: MkDocsConfig
    files: Files
    nav: Navigation
    shared_inputs: Any
    """What all pages depend on but for their own text."""
    package_source: Any
    """What pages of the reference depend on."""
    unstripped_html: str
    """The HTML of the page that search reads now."""

    def __init__(self, config: MkDocsConfig, serving: bool) -> None:
        self.root = Path(config.config_file_path).parent
        self.serving = serving
        ended = self.ended if serving else lambda job: None  # A build tells when all have run.
        self.runner = Runner(self.root, log.info, ended, serving=serving)
        self.date = publish.source_date(self.root)
        self.formulas = Formulas(None)
        self.known: dict[str, RenderedPage] = {}
        self.fetching = Thread(target=self._fetch, daemon=True)
        self.fetching.start()

    def _fetch(self) -> None:
        self.packages, self.missing = npm.fetch(self.root)

    def begin(self, config: MkDocsConfig) -> None:
        """Forget the last build."""
        self.config = config
        self.markdown: dict[str, str] = {}
        self.offers: dict[str, set[tuple[str, str, str]]] = {}
        self.about: dict[str, str] = {}

    def ended(self, job: Job) -> None:
        """Report what is wrong with a lesson, as soon as it is known."""
        if job.error and self.serving:  # A build ends with the first error.
            log.error(str(job.error))
        elif job.entry and job.state == "done":
            for line, problem in render.problems(job.lesson, job.entry.run):
                log.warning(f"{job.name}:{line}: {problem}")

    def markdown_to_html(self, text: str) -> str:
        """Return what a piece of Markdown in an output looks like."""
        extensions, options = self.config.markdown_extensions, self.config.mdx_configs
        return python_markdown.markdown(text, extensions=extensions, extension_configs=options)


site: Site
_serving = False


def on_startup(command: str, dirty: bool) -> None:
    """Note whether this is "mkdocs serve", whose pages appear before their outputs."""
    global _serving
    context = click.get_current_context(silent=True)
    # Without live reload MkDocs does not offer its server, through which outputs would come.
    _serving = command == "serve" and bool(context and context.params.get("livereload", True))


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Begin a build."""
    global site
    if "site" not in globals():
        if _serving:
            _try_port(*config.dev_addr)
        site = Site(config, _serving)
    site.begin(config)
    config.extra["live"] = site.serving
    if site.date:  # What MkDocs writes into the sitemap in place of the clock's time.
        day = datetime.fromisoformat(site.date).replace(tzinfo=UTC)
        os.environ.setdefault("SOURCE_DATE_EPOCH", f"{day.timestamp():.0f}")
    return config


def _try_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise PluginError(
                f"{host}:{port} cannot be used: {error.strerror}. End what uses it, or take "
                f"another one: mkdocs serve --dev-addr {host}:{port + 1}"
            ) from error


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Make pages of lessons. A build runs them first; "mkdocs serve" begins to.

    Raises:
        PluginError: If a lesson fails, in a build.
    """
    lessons = {file.src_uri: file for file in files if file.src_uri.endswith(".py")}
    site.runner.want({uri: Path(str(file.abs_src_path)) for uri, file in lessons.items()})
    _combine(files, config)
    site.fetching.join(3 if site.serving else None)
    _add_katex(files, config)
    if not site.serving:
        try:
            site.runner.wait()
        except (LessonError, DigitsError) as error:
            raise PluginError(str(error)) from error
        finally:
            site.runner.stop()
        site.runner.store.prune()
    for uri, old in lessons.items():
        job = site.runner.jobs[uri]
        site.ended(job)
        new = LessonFile.generated(config, uri, content="", inclusion=old.inclusion)
        new.edit_uri = uri  # type: ignore[misc] # Else a generated page has no edit button.
        # The links below the title need the address of the new file, so its text comes last.
        new.content_string = render.to_markdown(job.lesson, _below_title(job, new))
        files.remove(old)
        files.append(new)
    return files


def _below_title(job: Job, file: File) -> str:
    def relative(place: str) -> str:
        return quote(get_relative_url(place, file.url))

    line = publish.below_title(job.lesson, job.name, relative)
    return publish.NOTICE + (f"\n\n{line}" if publish.is_lesson(job.name) else "")


def _combine(files: Files, config: MkDocsConfig) -> None:
    """Make one style sheet and one script of ours: a browser styles a page anew for each."""
    for kind, listed in (("css", config.extra_css), ("js", config.extra_javascript)):
        # A script that is a module finds others by its own address, and is no plain name here.
        ours = [name for name in listed if isinstance(name, str) and not urlsplit(name).netloc]
        found = [file for name in ours if (file := files.get_file_from_path(name))]
        text = "\n".join(file.content_string for file in found)
        files.append(File.generated(config, f"assets/site.{kind}", content=text))
        listed[:] = [f"assets/site.{kind}", *(name for name in listed if name not in ours)]


def _add_katex(files: Files, config: MkDocsConfig) -> None:
    """Set formulas from now on, if KaTeX is here; say once why not."""
    if site.fetching.is_alive():
        return  # The next build has it.
    if site.packages is None:
        if site.missing:
            click.echo(f"Warning: formulas are shown as TeX, because {site.missing}", err=True)
            site.missing = ""
        return
    if not site.formulas.can_set:
        site.formulas = Formulas(site.packages)
    config.markdown_extensions.append(FormulaExtension(site.formulas))  # type: ignore[arg-type]
    folder = site.packages / "katex/dist"
    for path in [folder / "katex.min.css", *sorted((folder / "fonts").iterdir())]:
        place = f"assets/katex/{path.relative_to(folder).as_posix()}"
        files.append(File.generated(config, place, abs_src_path=str(path)))
    config.extra_css.insert(0, "assets/katex/katex.min.css")


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
    """Note the order of the pages, and what all of them depend on."""
    site.nav, site.files = nav, files
    sources = [Path(config.config_file_path), *sorted((site.root / "jaxdigits").rglob("*.py"))]
    places = sorted((file.src_uri, file.url) for file in files)
    site.shared_inputs = places, site.formulas.can_set, sources[0].read_bytes()
    site.package_source = [path.read_bytes() for path in sources]
    return nav


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Draw diagrams; put marks where more will stand."""
    uri = page.file.src_uri
    site.markdown[uri] = markdown
    drawn, problems = draw_diagrams(markdown, Path(config.docs_dir, uri).parent)
    for problem in problems:
        log.warning(f"{uri}: {problem}")

    def mark(link: re.Match[str]) -> str:
        lesson = posixpath.normpath(posixpath.join(posixpath.dirname(uri), link[2]))
        site.offers.setdefault(uri, set()).add((lesson, link[3], link[1]))
        return _offer_mark(lesson, link[3], link[1])

    drawn = _OFFER.sub(mark, drawn)
    if uri in site.runner.jobs:
        drawn += f"\n{publish.PROVENANCE}\n"
    if site.serving and _is_live(uri):
        # Tells live.js which lesson and which version the page shows.
        drawn += f'\n<div hidden data-lesson="{uri}" data-version="{VERSION_PLACEHOLDER}"></div>\n'
    # Nothing to render, if the page is as it was: on_page_content brings back its HTML.
    return drawn if not site.serving or _is_new(page, drawn) else ""


def _offer_mark(lesson: str, name: str, text: str) -> str:
    return f"<!--offer {lesson} {name} {text}-->"


def _is_live(uri: str) -> bool:
    return uri in site.runner.jobs or uri in site.offers


class RenderedPage(NamedTuple):
    """A page as "mkdocs serve" last rendered it: a save shows sooner if only one page is new."""

    made_of: Any
    html: str = ""
    toc: Any = None
    title: str | None = None
    anchors: set[str] | None = None
    names: tuple[tuple[str, str], ...] = ()
    """Objects of the package that the page describes, by all of their names, with their anchors."""


def _is_new(page: Page, markdown: str) -> bool:
    docstrings = site.package_source if "\n::: " in markdown else None
    made_of = markdown, site.shared_inputs, docstrings
    known = site.known.get(page.file.src_uri)
    if known and known.made_of == made_of:
        return False
    site.known[page.file.src_uri] = RenderedPage(made_of)
    return True


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Bring back a page that is as it was in the last build."""
    if not site.serving:
        return html
    known = site.known[page.file.src_uri]
    if known.toc is None:
        names, anchors = tuple(_names(page.toc, config)), page.present_anchor_ids
        known = RenderedPage(known.made_of, html, page.toc, str(page.title), anchors, names)
        site.known[page.file.src_uri] = known
        return html
    page.toc, page.present_anchor_ids = known.toc, known.anchors
    page.title = page.meta.get("title", known.title)
    autorefs: Any = config.plugins.get("autorefs")
    for name, anchor in known.names:
        autorefs.register_anchor(page, name, anchor, primary=name == anchor)
    return known.html


def _names(toc: Iterable[AnchorLink], config: MkDocsConfig) -> Iterator[tuple[str, str]]:
    mkdocstrings: Any = config.plugins.get("mkdocstrings")
    for item in toc if mkdocstrings else ():
        if item.id.startswith("jaxdigits."):
            for name in {item.id, *mkdocstrings.get_handler("python").get_aliases(item.id)}:
                yield name, item.id
        yield from _names(item.children, config)


def on_env(env: Any, config: MkDocsConfig, files: Files) -> None:
    """Write what is to be downloaded: by now the address of every page and object is known."""
    if site.serving:
        return  # What somebody downloads is made when they do.
    for file in files.documentation_pages():
        for place, content in _downloads(file).items():
            write_file(content, str(Path(config.site_dir, place)))
        if file.page and config.site_url:
            title, line = _words(file.page)
            above = [section.title or "" for section in list(file.page.ancestors)[::-1]]
            head = [config.site_name] * (title != config.site_name) + above
            card = cards.draw(" · ".join(head), title, line)
            write_file(card, str(Path(config.site_dir, _card(file))))
    listed = [
        (title, [_listed(page) for page in pages])
        for title, pages in groupby(site.nav.pages, lambda page: [*page.ancestors, None][0])
    ]
    text = publish.llms_txt(config.site_name, config.site_description or "", listed)
    write_file(text.encode(), str(Path(config.site_dir, "llms.txt")))


def _listed(page: Page) -> tuple[str, str, str]:
    address = urljoin(site.config.site_url or "", quote(publish.text_uri(page.file.src_uri)))
    return str(page.title), address, site.about.get(page.file.src_uri, "")


def _downloads(file: File) -> dict[str, bytes]:
    """Return everything that can be downloaded beside a page, by place in the site."""
    uri, job = file.src_uri, site.runner.jobs.get(file.src_uri)
    run = job.entry.run if job and job.entry and job.state == "done" else None
    lesson = job.lesson if job else None
    if lesson:
        markdown = render.to_markdown(lesson, header=False)
    else:
        markdown = with_docstrings(site.markdown.get(uri, ""), site.root)
    line, made = publish.text_files(markdown, uri, *_leads(file, to_text=True), lesson, run)
    if run and site.runner.digits:
        made[publish.text_uri(uri)] += f"\n*{site.runner.digits.sentence(site.date)}*\n".encode()
    description = file.page.meta.get("description") if file.page else None
    site.about[uri] = str(description or line)
    if lesson and publish.is_lesson(uri):
        page = urljoin(site.config.site_url or "", file.url)
        made |= publish.lesson_files(lesson, uri, *_leads(file, to_text=False), run, page)
    if run:
        made |= publish.offered_files(run, posixpath.dirname(file.dest_uri))
    return made


def _leads(file: File, to_text: bool) -> tuple[Callable[[str], str], Callable[[str], str | None]]:
    """Return how links of a page are rewritten, and how names of objects become addresses.

    Args:
        file: The page.
        to_text: Whether links lead from its text to the texts beside it, or to pages of the site.
    """
    here, base = posixpath.dirname(publish.text_uri(file.src_uri)), site.config.site_url or ""

    def lead(to: File, anchor: str) -> str:
        is_page = to.is_documentation_page()
        place = publish.text_uri(to.src_uri) if is_page else to.dest_uri
        beside = quote(posixpath.relpath(place, here or "."))
        address = beside if to_text else urljoin(base, to.url)
        return f"{address}#{anchor}" if anchor else address

    def address(target: str) -> str:
        parts = urlsplit(target)
        path = posixpath.join(posixpath.dirname(file.src_uri), unquote(parts.path))
        found = site.files.get_file_from_path(posixpath.normpath(path))
        if parts.scheme or parts.netloc or not parts.path or found is None:
            return target if to_text else urljoin(urljoin(base, file.url), target)
        return lead(found, parts.fragment)

    def reference(name: str) -> str | None:
        autorefs: Any = site.config.plugins.get("autorefs")
        try:
            url, anchor = urldefrag(autorefs.get_item_url(name)[0] if autorefs else "")
        except KeyError:
            return None  # MkDocs warns of it.
        pages = (page for page in site.files.documentation_pages() if page.url == url)
        page = next(pages, None)
        return lead(page, anchor) if page and anchor else None

    return address, reference


def _parts(page: Page) -> dict[str, str]:
    """Return what stands at the marks of a page."""
    parts: dict[str, str] = {}
    if job := site.runner.jobs.get(page.file.src_uri):
        tools = render.Converters(site.markdown_to_html, site.formulas.html)
        parts = render.to_html(job.lesson, job.entry, tools, current=job.state == "done")
        parts |= publish.notice_and_provenance(site.runner.digits, job.error, site.date)
    for lesson, name, text in site.offers.get(page.file.src_uri, ()):
        job, file = site.runner.jobs.get(lesson), site.files.get_file_from_path(lesson)
        made = publish.offered_files(job.entry.run, "") if job and job.entry else {}
        if file and name in made:
            place = posixpath.join(posixpath.dirname(file.dest_uri), name)
            seal = b64encode(sha256(made[name]).digest()).decode()
            parts[_offer_mark(lesson, name, text)] = (
                f'<a href="{escape(quote(get_relative_url(place, page.url)))}" '
                f'download="{escape(name)}" data-integrity="sha256-{seal}">{text}</a>'
            )
        elif not site.serving:
            log.warning(f"{page.file.src_uri}: {lesson} offers no file {name}")
    return parts


@event_priority(50)
def _before_search(context: Any, page: Page, config: MkDocsConfig, nav: Navigation) -> Any:
    """Leave out the elements that color code, which take search longer than all words do."""
    site.unstripped_html = page.content or ""
    first, *pieces = site.unstripped_html.split("<")
    spans = ("span ", "span>", "/span>")
    kept = (p.partition(">")[2] if p.startswith(spans) else f"<{p}" for p in pieces)
    page.content = "".join([first, *kept])
    return context


@event_priority(-50)
def _after_search(context: Any, page: Page, config: MkDocsConfig, nav: Navigation) -> Any:
    """Put outputs at their marks, where search has not read; say what stands in the head."""
    page.content = (
        site.unstripped_html if site.serving else render.fill(site.unstripped_html, _parts(page))
    )
    text = quote(get_relative_url(publish.text_uri(page.file.src_uri), page.url))
    title, line = _words(page)
    image = urljoin(config.site_url or "", quote(_card(page.file)))
    context["head"] = {"text": text, "title": title, "line": line, "image": image}
    return context


on_page_context = CombinedEvent(_before_search, _after_search)


def _words(page: Page) -> tuple[str, str]:
    """Return a page's title and the line about it, without marks."""
    title = site.config.site_name if page.is_homepage else Markup(str(page.title)).striptags()
    line = site.about.get(page.file.src_uri) or site.config.site_description or ""
    return title, re.sub(r"[`*]", "", line)


def _card(file: File) -> str:
    return f"assets/social/{posixpath.splitext(file.src_uri)[0]}.png"


def on_post_build(config: MkDocsConfig) -> None:
    """Say in each page what it may run. "mkdocs serve" adds a script that reloads pages."""
    if site.serving:
        return
    paths = sorted(Path(config.site_dir).rglob("*.html"))
    pages = {path: path.read_text(encoding="utf-8") for path in paths}
    text, barred = policy(pages.values())
    for script in barred:
        log.warning(f"a script in a page's text will not run; put it into a file: {script[:60]}")
    for path, page in pages.items():
        path.write_text(page.replace(POLICY_PLACEHOLDER, text), encoding="utf-8")


def on_serve(server: Any, config: MkDocsConfig, builder: Any) -> Any:
    """Stand in front of MkDocs' application, to put outputs into pages when they are there."""
    mount = urlsplit(config.site_url or "/").path
    site.runner.look_again()
    server.set_app(Live(server.get_app(), mount, site.runner, _shown_at, _download_at))
    return server


def _shown_at(path: str) -> Shown | None:
    """Return what can stand at the marks of a page now; it is named by its address or its file."""
    for file in site.files.documentation_pages():
        if path in (file.url.removeprefix("./"), file.src_uri) and file.page:
            if not _is_live(file.src_uri):
                return None
            names = [file.src_uri, *(lesson for lesson, _, _ in site.offers.get(file.src_uri, ()))]
            jobs = [job for name in names if (job := site.runner.jobs.get(name))]
            keys = (job.entry.key[:12] if job.entry else "none" for job in jobs)
            states = (job.state if job.state in ("done", "failed") else "open" for job in jobs)
            return Shown(file.src_uri, "-".join([*states, *keys]), partial(_parts, file.page))
    return None


def _download_at(path: str) -> bytes | None:
    """Return a file for download, made of what is known now."""
    for file in site.files.documentation_pages():
        stem = posixpath.splitext(file.src_uri)[0]
        beside = posixpath.dirname(path) in (stem, posixpath.dirname(file.dest_uri))
        if (beside or path.startswith(f"{stem}.")) and (content := _downloads(file).get(path)):
            return content
    return None


def on_shutdown() -> None:
    """End what still runs."""
    if "site" in globals():
        site.runner.stop()


def on_build_error(error: Exception) -> None:
    """Put what to do in the place of an error that is the disk's.

    Raises:
        PluginError: Which MkDocs prints, and nothing else.
    """
    if isinstance(error, OSError) and (remedy := _REMEDIES.get(error.errno or 0)):
        raise PluginError(
            f"The site is not complete: {error}. What to do: {remedy}, and build again. "
            "What lessons left when they ran is kept."
        ) from error
