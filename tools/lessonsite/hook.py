"""The hooks of MkDocs, in the order in which it calls them. No other file here imports MkDocs."""

import logging
import pickle
import posixpath
import re
import socket
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from sysconfig import get_path
from threading import Thread
from typing import Any
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.dont_write_bytecode = True  # Bytecode in a folder that is watched would look like an edit.

import click
import markdown as python_markdown
from jinja2 import FileSystemBytecodeCache
from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import CombinedEvent, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink
from mkdocs.utils import CountHandler, get_relative_url, write_file

from lessonsite import cards, exercises, npm, publish, render
from lessonsite.digits import DigitsError
from lessonsite.figures import draw_diagrams
from lessonsite.lesson import Lesson, read
from lessonsite.lint import output_problems
from lessonsite.live import Live
from lessonsite.run import LessonError
from lessonsite.runner import Job, Runner
from lessonsite.store import digest, write_whole
from lessonsite.text import Address, Reference, portable, to_notebook, with_docstrings

log = logging.getLogger("mkdocs.hooks.lessonsite")


class LessonFile(File):
    """A lesson's file, of which MkDocs makes a page."""

    def is_documentation_page(self) -> bool:
        """Return True: MkDocs itself would take only Markdown for a page."""
        return True


class State:
    """What the hooks share; under "mkdocs serve", from build to build."""

    config: MkDocsConfig
    files: Files
    nav: Navigation
    made_of: str
    """A checksum of everything that all pages depend on except their own text."""
    stops: dict[str, publish.Stop]
    """What pages say of each other, by file."""
    exercises: int
    """How many exercises the course has."""
    engine: bool
    """Whether they run in their pages."""
    rendered: Path
    """Where the HTML of the page is kept that MkDocs renders now."""
    html: str
    """All of the page that search reads now."""

    def __init__(self, config: MkDocsConfig, serving: bool) -> None:
        self.root = Path(config.config_file_path).parent
        self.serving = serving
        ended = self.report if serving else lambda job: None  # A build tells when all have run.
        self.runner = Runner(self.root, log.info, ended, serving=serving)
        self.date = publish.source_date(self.root)
        self.formulas = npm.Formulas(None)
        self.engine = False
        self.warnings = CountHandler(level=logging.WARNING)
        logging.getLogger("mkdocs").addHandler(self.warnings)
        self.fetching = Thread(target=self._fetch, daemon=True)
        self.fetching.start()

    def _fetch(self) -> None:
        self.packages, self.missing = npm.fetch(self.root)

    def report(self, job: Job) -> None:
        """Report what is wrong with a lesson, as soon as it is known."""
        if job.error:
            log.error(str(job.error))
        elif job.entry and job.state == "done":
            for line, problem in output_problems(job.lesson, job.entry.run):
                log.warning(f"{job.name}:{line}: {problem}")

    # What Live asks.

    def parts(self, uri: str) -> tuple[dict[str, str], str]:
        """Return the HTML of each part of a lesson's page, and their checksum."""
        job = self.runner.jobs[uri]
        parts = render.to_html(job.lesson, job.entry, _markdown, current=job.state == "done")
        parts |= publish.notice_and_provenance(self.runner.digits, job.error, self.date)
        parts = dict(zip(parts, self.formulas.set_in([*parts.values()]), strict=True))
        return parts, digest(parts)

    def download(self, path: str) -> bytes | None:
        """Return a file for download, made of what is known now."""
        for file in self.files.documentation_pages():
            if path.startswith(tuple(f"{posixpath.splitext(file.src_uri)[0]}{c}" for c in "./")):
                return _downloads(file).get(path)
        return None


state: State
_serving = False


def on_startup(command: str, dirty: bool) -> None:
    """Note whether this is "mkdocs serve", whose pages appear before their outputs."""
    global _serving
    # Without live reload MkDocs does not offer its server, through which outputs would come.
    _serving = command == "serve" and "--no-livereload" not in sys.argv


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Begin a build."""
    global state
    if "state" not in globals():
        if _serving:
            _try_port(*config.dev_addr)
        state = State(config, _serving)
    state.config = config
    config.extra["live"] = state.serving
    return config


def _try_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise PluginError(
            f"{host}:{port} cannot be used: {error.strerror}. End what uses it, or take "
            f"another one: mkdocs serve --dev-addr {host}:{port + 1}"
        ) from error


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Make pages of lessons. A build runs them first, and ends if one fails; "serve" goes on."""
    lessons = {file.src_uri: file for file in files if file.src_uri.endswith(".py")}
    state.runner.want({uri: Path(str(file.abs_src_path)) for uri, file in lessons.items()})
    state.fetching.join(3 if state.serving else None)
    _add_packages(files, config)
    if not state.serving:
        try:
            state.runner.wait()
        except (LessonError, DigitsError) as error:
            raise PluginError(str(error)) from error
        finally:
            state.runner.stop()
        state.runner.store.prune()
    jobs = state.runner.jobs
    state.exercises = sum(len(exercises.keys(job.lesson)) for job in jobs.values())
    for uri, job in jobs.items():
        state.report(job)
        old, markdown = lessons[uri], render.to_markdown(job.lesson)
        new = LessonFile.generated(config, uri, content=markdown, inclusion=old.inclusion)
        new.edit_uri = uri  # type: ignore[misc] # Else a generated page has no edit button.
        files.remove(old)
        files.append(new)
        for name, content in _offered(job).items():
            place = f"{uri.removesuffix('.py')}/{name}"
            files.append(File.generated(config, place, content=content))
    return files


def _offered(job: Job) -> dict[str, bytes]:
    """Return the files to which other pages may link: those that the lesson's header names."""
    made = publish.offered_files(job.entry.run) if job.entry else {}
    names = job.lesson.header.get("offers", [])
    if not state.serving and (missing := {*names} - made.keys()):
        log.warning(f"{job.name}: its header offers {', '.join(missing)}, but its code does not")
    return {name: made.get(name, b"") for name in names}


def _add_packages(files: Files, config: MkDocsConfig) -> None:
    """Set formulas and let exercises run from now on, if npm's packages are here; else say why not.

    Without them formulas are TeX, and exercises are text.
    """
    if state.fetching.is_alive():
        return  # The next build has it.
    if state.packages is None:
        if state.missing:
            click.echo(f"Warning: formulas are shown as TeX, because {state.missing}", err=True)
            state.missing = ""
        return
    folder = state.formulas.katex = state.packages / "katex/dist"
    styles = [folder / "katex.min.css", *sorted((folder / "fonts").iterdir())]
    licenses = {f"assets/katex/{path.name}": path for path in folder.parent.glob("LICENSE")}
    engine = exercises.engine_files(state.root, state.packages)
    state.engine = bool(engine)
    made = {f"assets/katex/{path.relative_to(folder).as_posix()}": path for path in styles}
    made |= licenses | engine | exercises.editor_files(state.packages)
    for place, what in made.items():
        source: Any = {"abs_src_path": str(what)} if isinstance(what, Path) else {"content": what}
        files.append(File.generated(config, place, **source))
    config.extra_css.insert(0, "assets/katex/katex.min.css")


def on_nav(nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
    """Note the order of the pages, and what all of them depend on."""
    state.nav, state.files = nav, files
    places = sorted((file.src_uri, file.url) for file in files)
    package = sorted((state.root / "jaxdigits").rglob("*.py"))
    sources = [Path(config.config_file_path), Path(__file__), *package]
    # These folders are named after all installed libraries, with their versions.
    libraries = sorted(path.name for path in Path(get_path("purelib")).glob("*.dist-info"))
    state.made_of = digest(repr((places, [path.read_bytes() for path in sources], libraries)))
    return nav


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Draw diagrams; under "mkdocs serve", look whether the page is kept from before."""
    uri = page.file.src_uri
    drawn, problems = draw_diagrams(markdown, Path(config.docs_dir, uri).parent)
    for problem in problems:
        log.warning(f"{uri}: {problem}")
    if not state.serving:
        return drawn
    made_of = digest(repr((uri, drawn, page.meta, state.made_of)))
    state.rendered = state.runner.store.pages / made_of
    state.warnings.counts.clear()
    # If it is there, nothing is to be rendered: on_page_content brings back the page's HTML.
    return "" if state.rendered.exists() else drawn


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Keep a page, or bring back one that is as it was: so a start and a save show sooner."""
    if not state.serving:
        return html
    if state.rendered.exists():
        kept = pickle.loads(state.rendered.read_bytes())
        html, page.toc, page.title, page.present_anchor_ids, links, names = kept
        page.links_to_anchors = {files.src_uris[uri]: targets for uri, targets in links.items()}
        autorefs: Any = config.plugins.get("autorefs")
        for name, anchor in names:
            autorefs.register_anchor(page, name, anchor, primary=name == anchor)
    elif not state.warnings.counts:  # What warned is rendered again, to warn again.
        links = {file.src_uri: targets for file, targets in (page.links_to_anchors or {}).items()}
        names = [*_names(page.toc, config.plugins.get("mkdocstrings"))]
        kept = html, page.toc, page.title, page.present_anchor_ids, links, names
        write_whole(state.rendered, pickle.dumps(kept))
    return html


def _names(toc: Iterable[AnchorLink], mkdocstrings: Any) -> Iterator[tuple[str, str]]:
    for item in toc:
        if item.id.startswith("jaxdigits."):
            for name in {item.id, *mkdocstrings.get_handler("python").get_aliases(item.id)}:
                yield name, item.id
        yield from _names(item.children, mkdocstrings)


def on_env(env: Any, config: MkDocsConfig, files: Files) -> None:
    """Write the files beside pages: by now the address of every page and object is known."""
    env.bytecode_cache = FileSystemBytecodeCache()  # Else each build compiles Material's templates.
    pages = [file.page for file in files if file.page]
    state.stops = {page.file.src_uri: _stop(page) for page in pages}
    if state.serving:
        return  # What somebody downloads is made when they do.
    made: dict[str, bytes] = {}
    for page in pages:
        stop = state.stops[page.file.src_uri]
        above = [str(section.title) for section in [*page.ancestors][::-1]]
        head, title = " · ".join([config.site_name, *above]), stop.title
        if page.is_homepage:
            head, title = "", config.site_name
        made[stop.card] = cards.draw(head, title, stop.plain or config.site_description or "")
        made |= _downloads(page.file)
    engine = files.get_file_from_path(f"{exercises.ENGINE}/files.json")
    if engine and exercises.DIGITS in made:
        engine.content_bytes = exercises.with_digits(engine.content_bytes, made[exercises.DIGITS])
    listed = [state.stops[page.file.src_uri] for page in state.nav.pages]
    about = config.site_name, config.site_description or "", config.site_url or ""
    made["llms.txt"] = publish.llms_txt(*about, listed).encode()
    for place, content in made.items():
        write_file(content, str(Path(config.site_dir, place)))


def _stop(page: Page) -> publish.Stop:
    """Return what other pages and sites say of this one."""
    file, lesson = page.file, _lesson(page.file)
    text = "\n\n".join(cell.source for cell in lesson.text)
    about = page.meta.get("description") or publish.describe(with_docstrings(text, state.root))
    return publish.Stop(
        uri=file.src_uri,
        url=file.url,
        title=Markup(str(page.title)).striptags(),
        question=publish.question(text),
        line=str(about),
        section=next((str(above.title) for above in page.ancestors), ""),
        exercises=exercises.keys(lesson) if state.engine else (),
    )


def _downloads(file: File) -> dict[str, bytes]:
    """Return everything that can be downloaded beside a page, by place in the site."""
    uri, job = file.src_uri, state.runner.jobs.get(file.src_uri)
    run = job.entry.run if job and job.entry and job.state == "done" else None
    lesson = _lesson(file)
    markdown = with_docstrings(render.to_markdown(lesson, header=False), state.root)
    text = portable(markdown, *_links(file, to_text=True))
    foot = state.runner.digits.sentence(state.date) if state.runner.digits else ""
    made = publish.text_files(text, uri, lesson, run, foot)
    if publish.is_lesson(uri):
        stem = uri.removesuffix(".py")
        links = _links(file, to_text=False)
        notebook = to_notebook(lesson, lambda text: portable(text, *links))
        made |= {uri: lesson.path.read_bytes(), stem + ".ipynb": notebook.encode()}
    offered = publish.offered_files(run) if run else {}
    folder = posixpath.dirname(file.dest_uri)
    return made | {posixpath.join(folder, name): content for name, content in offered.items()}


def _links(file: File, to_text: bool) -> tuple[Address, Reference]:
    """Return how links of a page are rewritten, and how names of objects become addresses.

    They lead from its text to the texts beside it, or to pages of the site.
    """
    here, base = posixpath.dirname(publish.text_uri(file.src_uri)), state.config.site_url or ""

    def lead(to: File, anchor: str) -> str:
        is_page = to.is_documentation_page()
        place = publish.text_uri(to.src_uri) if is_page else to.dest_uri
        beside = quote(posixpath.relpath(place, here or "."))
        address = beside if to_text else urljoin(base, to.url)
        return f"{address}#{anchor}" if anchor else address

    def address(target: str) -> str:
        parts = urlsplit(target)
        path = posixpath.join(posixpath.dirname(file.src_uri), unquote(parts.path))
        found = state.files.get_file_from_path(posixpath.normpath(path))
        if parts.scheme or parts.netloc or not parts.path or found is None:
            return target if to_text else urljoin(urljoin(base, file.url), target)
        return lead(found, parts.fragment)

    def reference(name: str) -> str | None:
        autorefs: Any = state.config.plugins.get("autorefs")
        try:
            url, anchor = urldefrag(autorefs.get_item_url(name)[0] if autorefs else "")
        except KeyError:
            return None  # MkDocs warns of it.
        pages = state.files.documentation_pages()
        page = next((page for page in pages if anchor and page.url == url), None)
        return lead(page, anchor) if page else None

    return address, reference


def _markdown(text: str) -> str:
    """Return the HTML of Markdown that a lesson's code has made."""
    extensions, options = state.config.markdown_extensions, state.config.mdx_configs
    return python_markdown.markdown(text, extensions=extensions, extension_configs=options)


@event_priority(50)
def _before_search(context: Any, page: Page, config: MkDocsConfig, nav: Navigation) -> Any:
    """Leave blocks of code out of search: they are half of its index, and most of its time."""
    state.html = page.content or ""
    page.content = re.sub(r"<pre\b.*?</pre>", "", state.html, flags=re.DOTALL)
    return context


@event_priority(-50)
def _after_search(context: Any, page: Page, config: MkDocsConfig, nav: Navigation) -> Any:
    """Put outputs at their marks, where search has not read; say what stands around the page."""
    file, content = page.file, state.html
    if job := state.runner.jobs.get(file.src_uri):
        parts, version = state.parts(file.src_uri)
        if state.serving:  # live.js finds by these what it replaces.
            content += f'<div hidden data-lesson="{file.src_uri}" data-version="{version}"></div>'
            wrap = '<div class="part" data-part="{}">{}</div>'.format
            parts = {name: wrap(name, html) for name, html in parts.items()}
        content = render.fill(content, parts | _lasting_parts(job, file))
    if page.is_homepage:
        stops = (state.stops[each.file.src_uri] for each in nav.pages)
        content = render.fill(
            content, {publish.PATH: publish.course_html(stops, lambda stop: _lead(stop.url, file))}
        )
    page.content = content
    neighbors = {"Previous": page.previous_page, "Next": page.next_page}
    stops = {word: state.stops[each.file.src_uri] for word, each in neighbors.items() if each}
    context["between"] = [(word, _lead(stop.url, file), stop) for word, stop in stops.items()]
    context["tile"] = publish.tile
    context["stop"] = stop = state.stops[file.src_uri]
    context["as_text"] = _lead(publish.text_uri(file.src_uri), file)
    context["card"] = urljoin(config.site_url or "", quote(stop.card))
    return context


on_page_context = CombinedEvent(_before_search, _after_search)


def _lasting_parts(job: Job, file: File) -> dict[str, str]:
    """Return the parts of a lesson's page that do not depend on its run."""
    line = ""
    if publish.is_lesson(job.name):
        line = publish.below_title(job.lesson, job.name, lambda place: _lead(place, file))
    data = {
        "lesson": _lead(job.name, file),
        "engine": _lead(f"{exercises.ENGINE}/", file),
        "all": str(state.exercises),
    }
    editors = {
        f"exercise {number}": exercises.to_html(each, data) if state.engine else ""
        for number, each in exercises.exercises(job.lesson).items()
    }
    return {render.DOWNLOADS: line, **editors}


def _lead(place: str, file: File) -> str:
    """Return the address of a place in the site, relative to the page of a file."""
    return quote(get_relative_url(place, file.url))


def _lesson(file: File) -> Lesson:
    job = state.runner.jobs.get(file.src_uri)
    return job.lesson if job else read(Path(str(file.abs_src_path)))


def on_post_build(config: MkDocsConfig) -> None:
    """Set formulas; and let each page run the inline scripts of all pages, but no others.

    Material's instant navigation puts the next page into the open one, whose policy stays in force.
    """
    paths = sorted(Path(config.site_dir).rglob("*.html"))
    pages = state.formulas.set_in([path.read_text(encoding="utf-8") for path in paths])
    hashes = publish.script_hashes(pages)
    for path, page in zip(paths, pages, strict=True):
        if publish.script_hashes([page.partition("<article")[2].partition("</article>")[0]]):
            where = path.relative_to(config.site_dir)
            log.warning(f"{where}: put the script that is in its text into a file of docs/assets")
        path.write_text(page.replace(publish.HASHES, hashes), encoding="utf-8")


def on_serve(server: Any, config: MkDocsConfig, builder: Any) -> Any:
    """Stand in front of MkDocs' application, to answer pages that ask for their outputs."""
    server.set_app(Live(server.get_app(), urlsplit(config.site_url or "/").path, state))
    return server


def on_shutdown() -> None:
    """End what still runs."""
    if "state" in globals():
        state.runner.stop()
