// The page about training. What is shown follows from the settings and from what the worker reports.
import { createEngine } from "./engine.js";
import { loadDigits } from "./files.js";
import { createForm } from "./form.js";
import { createHand } from "./hand.js";
import { drawLandscape, LANDSCAPE } from "./landscape.js";
import { createPythonView } from "./python_view.js";
import { createReader } from "./reader.js";
import { fromQuery, INITIAL, toQuery } from "./setting.js";
import { createViews } from "./views.js";

const PIXELS = 784;
const DESK = `
  <div class="machine">
    <div class="buttons">
      <button type="button" class="go" disabled>Start</button>
      <button type="button" class="step" disabled>One step</button>
      <button type="button" class="epoch" disabled>One epoch</button>
      <button type="button" class="reset" disabled>Reset</button>
      <label>Speed <select class="pace" autocomplete="off">
        <option value="250">slow</option>
        <option value="2500" selected>medium</option>
        <option value="25000">fast</option>
        <option value="1e9">as fast as possible</option>
      </select></label>
    </div>
    <p class="news">The digits are being loaded.</p>
    <p class="told" role="status"></p>
    <progress max="1" value="0" aria-label="Digits loaded" hidden></progress>
    <form class="settings" aria-label="Settings"></form>
    <div class="views"></div>
    <div class="try playground"></div>
  </div>`;

// `first` and `more` are files of digits; only the first is loaded before somebody asks for more.
async function loadFirst(link) {
  const { pixels, labels, count: all, held_out: heldOut } = await loadDigits(link);
  const count = labels.length - heldOut;
  const part = (from, to) => ({
    pixels: pixels.subarray(from * PIXELS, to * PIXELS),
    labels: labels.subarray(from, to),
  });
  return { train: part(0, count), heldOut: part(count, labels.length), all };
}

function joined(a, b) {
  const join = (x, y) => {
    const both = new Uint8Array(x.length + y.length);
    both.set(x);
    both.set(y, x.length);
    return both;
  };
  return { pixels: join(a.pixels, b.pixels), labels: join(a.labels, b.labels) };
}

// Builds the page's parts, and returns a function that ends what runs.
export function build(root) {
  const links = document.querySelectorAll('a[download$="digits.safetensors"]');
  const [firstLink, moreLink] = links;
  root.insertAdjacentHTML("beforeend", DESK);
  const find = (selector) => root.querySelector(selector);
  const section = (name) => document.querySelector(`.train-${name}`);
  const buttons = Object.fromEntries(
    ["go", "step", "epoch", "reset"].map((name) => [name, find(`.${name}`)]),
  );
  const left = new AbortController();
  let digits = null;
  let settings = [{ ...INITIAL }];
  let isRunning = false;
  let wasRunning = false; // before the page was hidden
  let lanes = [];
  let frame = 0;

  const say = (text) => (find(".told").textContent = text);
  const fail = (error) => {
    console.error(error);
    find(".news").textContent = "The page could not load what it needs. Please load it again.";
  };

  const engine = createEngine({
    stated(state) {
      const ended = isRunning && !state.isRunning;
      ({ isRunning, lanes } = state);
      frame ||= requestAnimationFrame(show);
      if (!ended) return;
      say(views.words(lanes, settings));
      hand.show();
    },
    failed: fail,
  });

  function show() {
    frame = 0;
    buttons.go.textContent = isRunning ? "Pause" : "Start";
    views.show(lanes, settings);
    reader.update(lanes, settings);
    find(".news").textContent = views.words(lanes, settings);
    python.show(settings, lanes[0].epochs, digits);
  }

  const views = createViews(find(".views"), (place) =>
    digits.heldOut.pixels.subarray(place * PIXELS, (place + 1) * PIXELS),
  );
  const reader = createReader(find(".try"), {
    drawn: (image) => engine.tell("draw", { image }),
  });
  const python = createPythonView(section("python"), {
    params: () => engine.ask("params", { lane: 0 }),
  });
  const hand = createHand(section("hand"), {
    engine,
    heldOut: () => lanes[0].heldOut.accuracy,
  });

  // All digits are fetched when a setting first needs more than those that came with the page.
  async function provide(count) {
    if (count <= digits.train.labels.length || !moreLink) return;
    const bar = find("progress");
    bar.hidden = false;
    find(".news").textContent = "More digits are being loaded.";
    const more = await loadDigits(moreLink, (share) => (bar.value = share));
    bar.hidden = true;
    digits.train = joined(digits.train, more);
    engine.tell("digits", digits);
  }

  async function start(wanted) {
    settings = wanted;
    try {
      await provide(Math.max(...wanted.map((setting) => setting.digits)));
    } catch (error) {
      fail(error);
      return;
    }
    if (settings === wanted) engine.tell("settings", { settings });
  }

  const form = createForm(find(".settings"), {
    changed(wanted) {
      const query = toQuery(wanted);
      const address = `${location.pathname}${query && `?${query}`}${location.hash}`;
      history.replaceState(history.state, "", address);
      start(wanted.map((setting) => ({ ...setting })));
    },
  });

  function restore() {
    const wanted = fromQuery(location.search).map((setting) => ({
      ...setting,
      digits: Math.min(setting.digits, digits.all),
    }));
    form.show(wanted);
    return start(wanted);
  }

  // Links to experiments on this page change the setting without loading the page again.
  function follow(event) {
    const link = event.target.closest?.("a[href]");
    const isHere = link && link.origin === location.origin && link.pathname === location.pathname;
    if (!isHere || !link.search || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    history.pushState(null, "", link.href);
    engine.tell("pause");
    restore().then(() => engine.tell("run"));
    root.scrollIntoView({ block: "start" });
    buttons.go.focus({ preventScroll: true });
  }

  buttons.go.addEventListener("click", () => engine.tell(isRunning ? "pause" : "run"));
  buttons.step.addEventListener("click", () => engine.tell("step"));
  buttons.epoch.addEventListener("click", () => engine.tell("epoch"));
  buttons.reset.addEventListener("click", () => {
    engine.tell("pause");
    start(form.settings().map((setting) => ({ ...setting })));
  });
  const pace = find(".pace");
  pace.addEventListener("change", () => engine.tell("pace", { pace: Number(pace.value) }));
  const map = section("plane");
  map.innerHTML = LANDSCAPE;
  map.querySelector("button").addEventListener("click", async () => {
    if (lanes[0]?.steps > 1) drawLandscape(map, await engine.ask("plane", { lane: 0 }));
  });
  document.addEventListener("click", follow, { capture: true, signal: left.signal });
  window.addEventListener("popstate", restore, { signal: left.signal });
  document.addEventListener(
    "visibilitychange",
    () => {
      // Nobody watches a hidden page.
      if (document.hidden) wasRunning = isRunning;
      if (wasRunning) engine.tell(document.hidden ? "pause" : "run");
    },
    { signal: left.signal },
  );
  const observer = new ResizeObserver(() => lanes.length && (frame ||= requestAnimationFrame(show)));
  observer.observe(root);

  loadFirst(firstLink).then((found) => {
    digits = found;
    engine.tell("digits", digits);
    engine.tell("pace", { pace: Number(pace.value) });
    for (const button of Object.values(buttons)) button.disabled = false;
    return restore();
  }, fail);

  return () => {
    left.abort();
    observer.disconnect();
    engine.stop();
  };
}
