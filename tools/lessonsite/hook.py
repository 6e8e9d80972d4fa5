"""The hooks of MkDocs, in the order in which it calls them. No other file here imports MkDocs."""

import errno
import logging
import os
import posixpath
import re
import socket
import sys
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.dont_write_bytecode = True  # Bytecode in a folder that is watched would look like an edit.

import click
import markdown as python_markdown
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import event_priority
from mkdocs.structure import StructureItem
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page
from mkdocs.utils import CountHandler, get_relative_url, write_file

from lessonsite import npm, publish, render
from lessonsite.cards import draw
from lessonsite.digits import DigitsError
from lessonsite.figures import draw_diagrams
from lessonsite.formulas import FormulaExtension, Formulas
from lessonsite.live import VERSION, Live
from lessonsite.live import Page as LivePage
from lessonsite.policy import PLACE, policy
from lessonsite.prose import HEADER
from lessonsite.run import LessonError
from lessonsite.runner import Job, Runner

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


class Known(NamedTuple):
    """A page as it came out of the last build, and what it was made of."""

    made_of: Any
    html: str
    toc: Any
    title: str | None
    anchors: set[str] | None
    links: dict[str, dict[str, str]]


class Unchanged:
    """Lets MkDocs render only pages that would come out otherwise: a save then shows sooner."""

    def __init__(self) -> None:
        self.known: dict[str, Known] = {}
        self.warnings = CountHandler()
        self.warnings.setLevel(logging.WARNING)
        logging.getLogger("mkdocs").addHandler(self.warnings)

    def begin(self, config: MkDocsConfig, files: Files, root: Path) -> None:
        """Note what all pages depend on: the addresses of the others, options, docstrings."""
        package = [path.read_bytes() for path in sorted((root / "jaxdigits").rglob("*.py"))]
        options = Path(config.config_file_path).read_bytes()
        self.around = {(file.src_uri, file.url) for file in files}, options, site.formulas.can_set
        self.package = package
        self.making: dict[str, tuple[Any, int]] = {}

    def skip(self, page: Page, markdown: str) -> str:
        """Return the Markdown to render: none, if the page is as it was."""
        uri = page.file.src_uri
        docstrings = self.package if "\n::: " in markdown else None
        made_of = markdown, self.around, docstrings
        known = self.known.get(uri)
        if known and known.made_of == made_of:
            return ""
        self.making[uri] = made_of, sum(count for _, count in self.warnings.get_counts())
        return markdown

    def content(self, page: Page, html: str, config: MkDocsConfig, files: Files) -> str:
        """Return the HTML of a page, new or as it was. A page that warned is not kept."""
        uri = page.file.src_uri
        if uri in self.making:
            made_of, warnings = self.making[uri]
            if warnings == sum(count for _, count in self.warnings.get_counts()):
                links = {to.src_uri: all_ for to, all_ in (page.links_to_anchors or {}).items()}
                anchors = page.present_anchor_ids
                self.known[uri] = Known(made_of, html, page.toc, page.title, anchors, links)
            else:
                self.known.pop(uri, None)
            return html
        known = self.known[uri]
        page.toc, page.present_anchor_ids = known.toc, known.anchors
        page.title = page.meta.get("title", known.title)
        targets = {files.get_file_from_path(to): anchors for to, anchors in known.links.items()}
        page.links_to_anchors = {to: anchors for to, anchors in targets.items() if to}
        _register_anchors(page, config)
        return known.html


def _register_anchors(page: Page, config: MkDocsConfig) -> None:
    """Tell autorefs of the objects that a page describes, as mkdocstrings does."""
    autorefs: Any = config.plugins.get("autorefs")
    mkdocstrings: Any = config.plugins.get("mkdocstrings")
    for anchor in page.present_anchor_ids or ():
        if autorefs and mkdocstrings and anchor.startswith("jaxdigits."):
            autorefs.register_anchor(page, anchor, primary=True)
            for alias in mkdocstrings.get_handler("python").get_aliases(anchor):
                if alias != anchor:
                    autorefs.register_anchor(page, alias, anchor, primary=False)


class Site:
    """What is known from one event to the next; under "mkdocs serve", from build to build."""

    def __init__(self, config: MkDocsConfig, serving: bool) -> None:
        self.root = Path(config.config_file_path).parent
        self.serving = serving
        self.runner = Runner(self.root, log.info, self.ended, serving=serving)
        self.date = publish.source_date(self.root)
        self.formulas = Formulas(None)
        self.unchanged = Unchanged()
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
        """Report what went wrong with a lesson, at the moment at which it is known."""
        if job.error:
            # What ails the package ails every lesson. A build ends with the first.
            if self.serving:
                log.error(_shown(str(job.error)))
        elif job.entry:
            for line, problem in render.problems(job.lesson, job.entry.run):
                log.warning(f"{job.name}:{line}: {problem}")

    def tools(self) -> render.Tools:
        """Return what turns Markdown and formulas in outputs into HTML."""
        extensions, options = self.config.markdown_extensions, self.config.mdx_configs
        md = python_markdown.Markdown(extensions=extensions, extension_configs=options)
        return render.Tools(md.convert, self.formulas.html)


site: Site
_serving = False


def on_startup(command: str, dirty: bool) -> None:
    """Note whether pages are to be there at once, and outputs when they are."""
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
    paths = {uri: Path(str(file.abs_src_path)) for uri, file in lessons.items()}
    try:
        site.runner.want(paths)
    except ValueError as error:
        raise PluginError(str(error)) from error
    site.fetching.join(3 if site.serving else None)
    _add_katex(files, config)
    if not site.serving:
        try:
            site.runner.wait()
        except (LessonError, DigitsError) as error:
            raise PluginError(_shown(str(error))) from error
        finally:
            site.runner.stop()
        site.runner.store.prune()
    for uri, old in lessons.items():
        lesson = site.runner.jobs[uri].lesson
        new = LessonFile.generated(config, uri, content="", inclusion=old.inclusion)
        new.edit_uri = uri
        line = ""
        if publish.is_lesson(uri):
            line = publish.below_title(lesson, uri, lambda to, page=new.url: _relative(to, page))
        header = re.match(HEADER, lesson.cells[0].source + "\n") if lesson.text else None
        new.content_string = (header[0] if header else "") + render.to_markdown(lesson, line)
        files.remove(old)
        files.append(new)
    return files


def _add_katex(files: Files, config: MkDocsConfig) -> None:
    """Set formulas from now on, if KaTeX is here; say once why not."""
    if site.fetching.is_alive():
        return  # The next build has it.
    site.formulas = site.formulas if site.formulas.can_set else Formulas(site.packages)
    if not site.formulas.can_set:
        if site.missing:
            click.echo(f"Warning: formulas are shown as TeX, since {site.missing}", err=True)
            site.missing = ""
        return
    config.markdown_extensions.append(FormulaExtension(site.formulas))  # type: ignore[arg-type]
    assert site.packages
    folder = site.packages / "katex/dist"
    for path in [folder / "katex.min.css", *sorted((folder / "fonts").glob("*.woff2"))]:
        place = f"assets/katex/{path.relative_to(folder).as_posix()}"
        files.append(File.generated(config, place, abs_src_path=str(path)))
    config.extra_css.insert(0, "assets/katex/katex.min.css")


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
    """Note the order of the pages, and what all of them depend on."""
    site.nav, site.files = nav, files
    site.unchanged.begin(config, files, site.root)
    return nav


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Draw diagrams; lead to what lessons offer; put marks where more will stand."""
    uri = page.file.src_uri
    site.markdown[uri] = markdown
    folder = Path(config.docs_dir, uri).parent
    drawn, problems = draw_diagrams(markdown, folder)
    for problem in problems:
        log.warning(f"{uri}: {problem}")
    drawn = _OFFER.sub(lambda link: _offer_mark(link, uri), drawn)
    if uri in site.runner.jobs:
        drawn = f"{publish.NOTICE}\n\n{drawn}\n\n{publish.PROVENANCE}\n"
    if site.serving and (uri in site.runner.jobs or uri in site.offers):
        # What the page shows, for the script that asks for more.
        drawn += f'\n<div hidden data-lesson="{uri}" data-version="{VERSION}"></div>\n'
    return site.unchanged.skip(page, drawn) if site.serving else drawn


def _offer_mark(link: re.Match[str], uri: str) -> str:
    """Return the mark of a link, which says what it is a link to."""
    lesson = posixpath.normpath(posixpath.join(posixpath.dirname(uri), link[2]))
    site.offers.setdefault(uri, set()).add((lesson, link[3], link[1]))
    return f"<!--offer {lesson} {link[3]} {link[1]}-->"


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Bring back a page that is as it was in the last build."""
    return site.unchanged.content(page, html, config, files) if site.serving else html


def on_env(env: Any, config: MkDocsConfig, files: Files) -> None:
    """Write what is to be downloaded: by now the address of every page and object is known."""
    site.env = env
    if site.serving:
        return  # What somebody downloads is made when they do.
    for file in files.documentation_pages():
        for place, content in _downloads(file).items():
            write_file(content, str(Path(config.site_dir, place)))
    about = [(title, list(_listed(items))) for title, items in _sections(site.nav)]
    text = publish.llms_txt(config.site_name, config.site_description or "", about)
    write_file(text.encode(), str(Path(config.site_dir, "llms.txt")))
    for file in files.documentation_pages():
        if file.page and config.site_url:
            title, line = _words(file.page)
            above = [section.title or "" for section in list(file.page.ancestors)[::-1]]
            head = [config.site_name] * (title != config.site_name) + above
            write_file(draw(" · ".join(head), title, line), str(Path(config.site_dir, _card(file))))


def _sections(nav: Navigation) -> list[tuple[str, list[StructureItem]]]:
    alone: list[StructureItem] = [item for item in nav.items if isinstance(item, Page)]
    sections = [(item.title, item.children) for item in nav.items if isinstance(item, Section)]
    return [("", alone)] * bool(alone) + sections


def _listed(items: list[StructureItem]) -> Any:
    for item in items:
        if isinstance(item, Section):
            yield from _listed(item.children)
        elif isinstance(item, Page):
            place = publish.text_uri(item.file.src_uri)
            address = urljoin(site.config.site_url or "", quote(place))
            yield str(item.title), address, site.about.get(item.file.src_uri, "")


def _downloads(file: File) -> dict[str, bytes]:
    """Return everything that can be downloaded beside a page, by place in the site."""
    uri, job = file.src_uri, site.runner.jobs.get(file.src_uri)
    run = job.entry.run if job and job.entry and job.state == "done" else None
    lesson = job.lesson if job else None
    addresses = _addresses(file)
    ran = site.runner.digits.sentence(site.date) if site.runner.digits else ""
    markdown = render.to_markdown(lesson) if lesson else site.markdown.get(uri, "")
    line, made = publish.text_files(markdown, uri, addresses, lesson, run, ran)
    description = file.page.meta.get("description") if file.page else None
    site.about[uri] = str(description or line)
    if lesson and publish.is_lesson(uri):
        page = urljoin(site.config.site_url or "", file.url)
        made |= publish.lesson_files(lesson, uri, addresses, run, page)
    if run:
        made |= publish.offered_files(run, posixpath.dirname(file.dest_uri))
    return made


def _addresses(file: File) -> publish.Addresses:
    """Return how links of a page are rewritten; diagrams become files beside its text."""
    folder, base = posixpath.dirname(publish.text_uri(file.src_uri)), site.config.site_url or ""

    def target(to: str) -> tuple[Any, File | None]:
        parts = urlsplit(to)
        path = posixpath.normpath(
            posixpath.join(posixpath.dirname(file.src_uri), unquote(parts.path))
        )
        found = None if parts.scheme or parts.netloc else site.files.get_file_from_path(path)
        return parts, found if parts.path else None

    def beside(to: str) -> str:
        parts, found = target(to)
        if found is None:
            return to
        place = found.dest_uri
        if found.is_documentation_page():
            place = publish.text_uri(found.src_uri)
        return parts._replace(path=quote(posixpath.relpath(place, folder or "."))).geturl()

    def absolute(to: str) -> str:
        parts, found = target(to)
        if found is None:
            return urljoin(urljoin(base, file.url), to)
        return urljoin(base, parts._replace(path=found.url).geturl())

    def reference(name: str) -> str | None:
        autorefs: Any = site.config.plugins.get("autorefs")
        try:
            return autorefs.get_item_url(name)[0] if autorefs else None
        except KeyError:
            return None  # MkDocs warns of it.

    def reference_beside(name: str) -> str | None:
        url, anchor = urldefrag(reference(name) or "")
        pages = (page for page in site.files.documentation_pages() if page.url == url)
        place = next((publish.text_uri(page.src_uri) for page in pages), None)
        if place is None:
            return urljoin(base, f"{url}#{anchor}") if url else None
        return f"{quote(posixpath.relpath(place, folder or '.'))}#{anchor}"

    def reference_absolute(name: str) -> str | None:
        url = reference(name)
        return urljoin(base, url) if url else None

    return publish.Addresses(beside, absolute, reference_beside, reference_absolute)


def _relative(to: str, page: str) -> str:
    return quote(get_relative_url(to, page))


def _parts(uri: str) -> dict[str, str]:
    """Return what stands at the marks of a page."""
    parts: dict[str, str] = {}
    if job := site.runner.jobs.get(uri):
        current = job.state == "done"
        parts = render.to_html(job.lesson, job.entry, site.tools(), current)
        parts |= publish.around(site.runner.digits, job.error, site.date)
    return parts


def _offers(page: Page) -> dict[str, str]:
    """Return the links to files that lessons offer, by their marks, each with a checksum."""
    links: dict[str, str] = {}
    for lesson, name, text in site.offers.get(page.file.src_uri, ()):
        job, file = site.runner.jobs.get(lesson), site.files.get_file_from_path(lesson)
        files = render.offered(job.entry.run) if job and job.entry and file else {}
        if file and name in files:
            place = posixpath.join(posixpath.dirname(file.dest_uri), name)
            digest = sha256(b64decode(files[name]["base64"])).digest()
            address, seal = _relative(place, page.url), b64encode(digest).decode()
            links[f"<!--offer {lesson} {name} {text}-->"] = (
                f'<a href="{escape(address)}" download="{escape(name)}" '
                f'data-integrity="sha256-{seal}">{text}</a>'
            )
        elif not site.serving:
            log.warning(f"{page.file.src_uri}: {lesson} offers no file {name}")
    return links


@event_priority(-100)
def on_page_context(context: Any, page: Page, config: MkDocsConfig, nav: Navigation) -> Any:
    """Put outputs at their marks, where search has not read; say what stands in the head."""
    uri = page.file.src_uri
    if not site.serving:
        page.content = render.fill(page.content or "", _parts(uri) | _offers(page))
    title, line = _words(page)
    head: dict[str, Any] = {"text": _relative(publish.text_uri(uri), page.url), "tags": {}}
    if config.site_url and not site.serving:
        image, url = urljoin(config.site_url, quote(_card(page.file))), page.canonical_url or ""
        head["tags"] = publish.card_tags(
            config.site_name, title, line, url, image, page.is_homepage
        )
    context["head"] = head | {"lesson": uri if uri in site.runner.jobs else ""}
    return context


def _words(page: Page) -> tuple[str, str]:
    """Return a page's title and the line about it, without marks."""
    title = site.config.site_name if page.is_homepage else Markup(str(page.title)).striptags()
    line = site.about.get(page.file.src_uri) or site.config.site_description or ""
    return title, publish.without_marks(line)


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
        path.write_text(page.replace(PLACE, text), encoding="utf-8")


def on_serve(server: Any, config: MkDocsConfig, builder: Any) -> Any:
    """Stand in front of MkDocs' application, to put outputs into pages when they are there."""
    mount = urlsplit(config.site_url or "/").path
    server.set_app(Live(server.get_app(), mount, site.runner, _lesson_at, _live_page, _offered))
    return server


def _lesson_at(path: str) -> str | None:
    names = {file.url.removeprefix("./"): file.src_uri for file in site.files.documentation_pages()}
    uri = names.get(path)
    return uri if uri in site.runner.jobs or uri in site.offers else None


def _live_page(uri: str) -> LivePage:
    job = site.runner.jobs.get(uri)
    file = site.files.get_file_from_path(uri)
    links = _offers(file.page) if file and file.page else {}
    version = f"{job.state}-{job.entry.key[:12] if job.entry else ''}" if job else ""
    return LivePage(f"{version}-{len(links)}", _parts(uri) | links)


def _offered(path: str) -> bytes | None:
    """Return a file for download, made of what is known now."""
    for file in site.files.documentation_pages():
        stem = posixpath.splitext(file.src_uri)[0]
        beside = posixpath.dirname(path) in (stem, posixpath.dirname(file.dest_uri))
        if beside or path.startswith(f"{stem}."):
            content = _downloads(file).get(path)
            if content is not None:
                return content
    return None


def on_shutdown() -> None:
    """End what still runs."""
    if "site" in globals():
        site.runner.stop()


def on_build_error(error: Exception) -> None:
    """End kernels; put what to do in the place of an error that is the disk's.

    Raises:
        PluginError: Which MkDocs prints, and nothing else.
    """
    if not _serving:
        on_shutdown()
    if isinstance(error, OSError) and (remedy := _REMEDIES.get(error.errno or 0)):
        raise PluginError(
            f"The site is not complete: {error}. What to do: {remedy}, and build again. "
            "What lessons left when they ran is kept."
        ) from error


def _shown(report: str) -> str:
    """Return a lesson's report, in colors if messages go to a terminal."""
    if not sys.stderr.isatty():
        return report
    first, *lines = report.splitlines()
    cell, error = lines[:1], lines[1:]
    return "\n".join(
        [click.style(first, bold=True), *cell, *(click.style(e, fg="red") for e in error)]
    )
