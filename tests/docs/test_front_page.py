"""The front page in a browser: what a reader sees first, and the pad that answers."""

import re
from typing import Any

import numpy as np
import pytest

from .conftest import Visit

pytestmark = pytest.mark.slow

PARAMETERS = "**/network.safetensors"
SAMPLE = "**/sample.safetensors"


@pytest.fixture
def open_page(visit: Visit) -> Visit:
    """Return a function that opens the front page, and waits until its pad is there."""

    def open_(height: int = 800, **options: Any) -> Any:
        page = visit(height=height, **options)
        told(page, "The network takes it for a ")
        return page

    return open_


@pytest.fixture
def page(open_page: Visit) -> Any:
    return open_page()


def told(page: Any, text: str) -> None:
    page.locator(".summary", has_text=text).wait_for(timeout=20_000)


def answer(page: Any) -> str:
    return page.locator(".glance .answer").inner_text()


def expect(page: Any, digit: int, on_mnist: bool) -> None:
    """Expect an answer; from the embedded digits, a network learned to read other hands."""
    told(page, f"takes it for a {digit}" if on_mnist else "takes it for a ")
    assert answer(page) == (str(digit) if on_mnist else answer(page)) != "?"


def draw(page: Any, *places: tuple[float, float]) -> None:
    """Draw with the mouse, in a box from 0 to 1."""
    page.locator(".pad").scroll_into_view_if_needed()
    box = page.locator(".pad canvas").bounding_box()
    for n, (x, y) in enumerate(places):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        if n == 0:
            page.mouse.down()
    page.mouse.up()


SEVEN = (0.2, 0.2), (0.75, 0.2), (0.45, 0.85)
ZERO = (0.5, 0.1), (0.25, 0.35), (0.25, 0.65), (0.5, 0.9), (0.75, 0.65), (0.75, 0.35), (0.5, 0.1)


# What a reader sees.


def test_one_screen_says_what_it_is_and_where_to_start(page: Any, on_mnist: bool):
    if not on_mnist:
        pytest.skip("a notice on every page takes room")
    shown = page.locator("h1, .start a, .weights, .pad").all()
    assert len(shown) == 6
    for part in shown:
        box = part.bounding_box()
        assert box["y"] > 0 and box["y"] + box["height"] <= 800
        assert box["x"] > 0 and box["x"] + box["width"] <= 1280
    assert page.get_by_role("heading", level=1, name="Learn how a neural network learns").count()


def test_its_links_lead_to_the_first_lesson_and_to_the_playground(page: Any, address: str):
    links = [link.evaluate("link => link.href") for link in page.locator(".start a").all()]
    assert links == [f"{address}{place}/" for place in ("lessons/01_pixels", "playground", "train")]
    assert page.locator(".glance a").evaluate("link => link.href") == links[1]


def test_weights_turn_from_noise_to_digits_and_stand_still_where_motion_is_not_wanted(visit: Visit):
    place = "e => getComputedStyle(e).backgroundPositionY"
    moving = visit().locator(".weights")
    moving.evaluate("e => { const [a] = e.getAnimations(); a.pause(); a.currentTime = 0; }")
    assert moving.evaluate(place) == "0%"
    moving.evaluate("e => e.getAnimations()[0].finish()")
    assert moving.evaluate(place) == "100%"
    still = visit(reduced_motion="reduce").locator(".weights")
    assert still.evaluate("e => e.getAnimations().length") == 0
    assert still.evaluate(place) == "100%"


def test_path_shows_every_lesson_with_its_question(page: Any):
    stops = page.locator(".course .stop")
    assert stops.count() == 24
    assert "How does a computer see a handwritten digit?" in stops.first.inner_text()


def test_a_lesson_read_to_its_end_is_remembered(page: Any, address: str):
    page.goto(f"{address}lessons/01_pixels/")
    assert page.locator(".md-nav .read").count() == 0
    page.locator(".between").scroll_into_view_if_needed()
    page.locator(".md-nav .read").first.wait_for()
    page.goto(address)
    page.locator(".stop .done", has_text="Read").wait_for()
    go_on = page.locator(".start a").first
    assert go_on.inner_text() == "Go on with 2. Arrays"
    assert go_on.evaluate("link => link.href") == f"{address}lessons/02_arrays/"


def test_solved_exercises_are_counted_on_the_path(page: Any, address: str):
    keys = page.locator(".stop").nth(4).get_attribute("data-exercises").split("|")
    if keys == [""]:
        pytest.skip("no exercise runs in pages without npm")
    page.evaluate("key => localStorage.setItem(`jaxdigits exercise ${key} solved`, 'yes')", keys[0])
    page.goto(address)
    told = page.locator(".stop").nth(4).locator(".done", has_text="solved")
    assert told.inner_text() == f"1 of {len(keys)} exercises solved"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_all_is_there_in_its_order(open_page: Visit, scheme: str):
    page = open_page(width=360, height=740, has_touch=True, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    parts = "h1", ".start", ".pad", ".summary", ".front figure", "#the-course"
    tops = [page.locator(part).bounding_box()["y"] for part in parts]
    assert tops == sorted(tops)
    assert page.locator(".front figure svg").bounding_box()["width"] > 300
    assert page.locator(".glance button").bounding_box()["height"] >= 44
    # Ink stands out from the ground in both.
    inverted = page.locator(".pad canvas").evaluate("e => getComputedStyle(e).filter")
    assert inverted == ("none" if scheme == "light" else "invert(1)")


def test_a_sentence_stands_in_where_scripts_do_not_run(visit: Visit):
    page = visit(java_script_enabled=False)
    assert "you need JavaScript" in page.locator(".glance").inner_text()
    assert page.locator(".start a").first.is_visible()


# The first digit.

NETWORK = """async ([root]) => {
  const [files, models, { prepare }] = await Promise.all(
    ["files", "models", "prepare"].map((name) => import(`${root}assets/playground/${name}.js`)),
  );
  const load = (name) => files.load({ href: `${root}playground/${name}.safetensors` });
  const [sample, network] = await Promise.all(["sample", "network"].map(load));
  const image = prepare(sample.image.data, 28);
  const beliefs = models.softmax(models.network(network, image));
  return [sample.beliefs.data, beliefs].map((numbers) => Array.from(numbers));
}"""
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  const add = (list) => list.getEntries().forEach(({ value }) => (sum += value));
  new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 200);
})"""


def test_front_page_opens_with_a_digit_and_the_networks_answer(
    page: Any, address: str, on_mnist: bool
):
    expect(page, 3, on_mnist)
    assert page.locator(".invitation").inner_text() == "Draw your own over it"
    assert page.locator(".bars rect.chosen").count() == 1
    offered, computed = page.evaluate(NETWORK, [address])
    np.testing.assert_allclose(offered, computed, atol=1e-3)


def test_front_page_when_the_first_digit_appears_keeps_its_layout(page: Any):
    assert page.evaluate(SHIFTS) < 0.01


def test_first_stroke_on_the_first_digit_clears_it(page: Any, on_mnist: bool):
    draw(page, *SEVEN)
    expect(page, 7, on_mnist)
    page.locator(".glance").get_by_role("button", name="Clear").click()
    told(page, "Draw a digit.")
    assert answer(page) == "?"


def test_front_page_without_the_first_digit_has_an_empty_pad(browser: Any, address: str):
    page = browser.new_page()
    page.route(SAMPLE, lambda route: route.abort())
    page.goto(address)
    told(page, "Draw a digit.")
    assert answer(page) == "?"
    draw(page, *ZERO)
    told(page, "takes it for a ")
    page.close()


# The pad.


def test_parameters_are_fetched_when_the_pad_is_first_touched_and_once(page: Any, on_mnist: bool):
    page.wait_for_load_state("networkidle")
    assert fetched(page) == ["sample"]
    draw(page, *SEVEN)
    expect(page, 7, on_mnist)
    draw(page, *ZERO)
    told(page, "takes it for a ")
    assert fetched(page) == ["sample", "network"]


def fetched(page: Any) -> list[str]:
    """Return the names of the safetensors files that a page has asked for."""
    asked = "performance.getEntriesByType('resource').map((entry) => entry.name)"
    return re.findall(r"(\w+)\.safetensors", " ".join(page.evaluate(asked)))


def test_says_which_digit_it_takes_a_drawing_for_and_how_sure_it_is(page: Any, on_mnist: bool):
    draw(page, *ZERO)
    expect(page, 0, on_mnist)
    assert not page.locator(".invitation").is_visible()
    sure = re.search(r"a (\d), and is (\d+) % sure", page.locator(".summary").inner_text())
    assert sure and sure[1] == answer(page)
    beliefs = page.locator(".bars svg").get_attribute("aria-label")
    found = dict(re.findall(r"(\d): (\d+) %", beliefs))
    assert list(found) == list("0123456789") and found[answer(page)] == sure[2]
    assert max(found.values(), key=int) == sure[2]
    page.locator(".glance").get_by_role("button", name="Clear").click()
    told(page, "Draw a digit.")
    assert answer(page) == "?" and page.locator(".invitation").is_visible()


def test_the_keyboard_draws(page: Any, on_mnist: bool):
    pad = page.get_by_role("application", name="Drawing pad")
    pad.focus()
    pad.press("Space")
    for _ in range(18):
        pad.press("ArrowDown")
    pad.press("Space")
    expect(page, 1, on_mnist)
    assert page.evaluate("scrollY") == 0
    pad.press("Delete")
    told(page, "Draw a digit.")


def test_a_finger_draws_and_the_page_stays(open_page: Visit, on_mnist: bool):
    page = open_page(width=360, height=740, has_touch=True, is_mobile=True)
    page.locator(".pad").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    box = page.locator(".pad canvas").bounding_box()
    touch = page.context.new_cdp_session(page)

    def send(kind: str, *places: float) -> None:
        points = [{"x": box["x"] + box["width"] / 2, "y": box["y"] + y} for y in places]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", 40)
    for y in range(60, 241, 20):
        send("touchMove", y)
    send("touchEnd")
    expect(page, 1, on_mnist)
    assert page.evaluate("scrollY") == before


def test_comes_alive_after_instant_navigation_too(visit: Visit, on_mnist: bool):
    page = visit("lessons/01_pixels/")
    page.evaluate("window.same = true")
    for _ in range(2):
        page.get_by_role("link", name="Home").first.click()
        told(page, "The network takes it for a ")
        draw(page, *SEVEN)
        expect(page, 7, on_mnist)
        page.locator(".start a").first.click()
        page.get_by_role("heading", level=1, name="1. Pixels").wait_for()
        assert page.locator(".glance").count() == 0
    assert page.evaluate("window.same")


def test_without_parameters_it_says_so_and_tries_again(browser: Any, address: str):
    page = browser.new_page()
    page.route(PARAMETERS, lambda route: route.fulfill(body=b"\0" * 1000))
    page.goto(address)
    told(page, "The network takes it for a ")
    draw(page, *SEVEN)
    told(page, "The network could not be loaded.")
    assert answer(page) == "?"
    page.unroute(PARAMETERS)
    draw(page, (0.4, 0.5), (0.6, 0.5))
    told(page, "takes it for a ")
    page.close()
