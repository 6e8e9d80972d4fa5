// The page about training. What is shown follows from the settings and from what the worker reports.
import { keep } from "../keep.js";
import { createEngine } from "./engine.js";
import { loadDigits } from "./files.js";
import { createForm } from "./form.js";
import { createHand } from "./hand.js";
import { createMap } from "./landscape.js";
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
  const pace = find(".pace");
  const path = location.pathname;
  const left = new AbortController();
  let digits = null;
  let settings = [{ ...INITIAL }];
  let loadingMore; // the promise of more digits, once they are wanted
  let latest; // the settings that were chosen last; their digits may still be on the way
  let isRunning = false;
  let wasRunning = false; // before the page was hidden
  let lanes = [];
  let frame = 0;
  let query; // the part of the address whose training the worker has

  const say = (text) => (find(".told").textContent = text);
  const fail = (error) => {
    console.error(error);
    find(".news").textContent = "The page could not load some of its files. Please reload it.";
  };

  const engine = createEngine({
    stated(state) {
      const ended = isRunning && !state.isRunning;
      ({ isRunning, lanes } = state);
      show();
      if (!ended) return;
      say(views.words(lanes));
      hand.show();
    },
    failed: fail,
  });

  // Each frame shows a part of the news, so that none takes long.
  const parts = [
    () => {
      buttons.go.textContent = isRunning ? "Pause" : "Start";
      find(".news").textContent = views.words(lanes);
      views.showWeights(lanes);
    },
    () => views.showLosses(lanes),
    () => reader.update(lanes),
    () => views.showAccuracies(lanes),
    () => views.showMistakes(lanes),
    () => python.show(lanes, digits),
  ];
  const due = new Set(); // which parts do not yet show the latest news

  function showNext() {
    const [part] = due;
    due.delete(part);
    frame = due.size > 0 ? requestAnimationFrame(showNext) : 0;
    part();
  }

  function show() {
    // A part that still waits keeps its place.
    for (const part of parts) due.add(part);
    frame ||= requestAnimationFrame(showNext);
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
    heldOut: () => lanes[0]?.heldOut.accuracy,
  });

  const map = createMap(section("plane"), {
    lane: () => lanes[0],
    plane: () => engine.ask("plane", { lane: 0 }),
  });

  // All digits are fetched when a setting first needs more than those that came with the page.
  async function provide(count) {
    if (count <= digits.train.labels.length || !moreLink) return;
    find(".news").textContent = "More digits are being loaded.";
    loadingMore ??= loadMore();
    await loadingMore;
  }

  async function loadMore() {
    const bar = find("progress");
    bar.hidden = false;
    try {
      const more = await loadDigits(moreLink, (share) => (bar.value = share));
      digits.train = joined(digits.train, more);
      engine.tell("digits", digits);
    } catch (error) {
      loadingMore = undefined; // The next change tries again.
      throw error;
    } finally {
      bar.hidden = true;
    }
  }

  // `visit` says from which address to which the reader goes, if the training there is to be kept.
  async function start(given, visit = {}) {
    const wanted = given.map((setting) => ({ ...setting }));
    latest = wanted;
    await ready;
    try {
      await provide(Math.max(...wanted.map((setting) => setting.digits)));
    } catch {
      if (latest !== wanted) return;
      form.show(settings);
      remember(settings);
      show();
      form.complain("The other digits could not be loaded. Is this computer offline?");
      return;
    }
    if (latest !== wanted) return; // Something else has been chosen in the meantime.
    settings = wanted;
    engine.tell("settings", { settings, ...visit });
    query = location.search;
    map.forget();
    hand.show();
  }

  const ready = loadFirst(firstLink).then((found) => {
    digits = found;
    engine.tell("digits", digits);
    engine.tell("pace", { pace: Number(pace.value) });
    for (const button of Object.values(buttons)) button.disabled = false;
    engine.ask("loaded").then(keep);
  });
  ready.catch(fail);

  const form = createForm(find(".settings"), {
    changed(wanted) {
      remember(wanted);
      start(wanted);
    },
  });

  function remember(wanted) {
    const query = toQuery(wanted);
    const address = `${location.pathname}${query && `?${query}`}${location.hash}`;
    history.replaceState(history.state, "", address);
  }

  // Reads the setting from the address. The training before, if there was one, is kept for Back and
  // Forward; with `isReturn` the one that was kept for this address goes on.
  async function restore(isReturn = false) {
    await ready;
    const wanted = fromQuery(location.search).map((setting) => ({
      ...setting,
      digits: Math.min(setting.digits, digits.all),
    }));
    form.show(wanted);
    return start(wanted, { from: query, to: isReturn ? location.search : undefined });
  }

  // Links to experiments and places on this page change its address without loading it again.
  function follow(event) {
    const link = event.target.closest?.("a[href]");
    const isHere = link && link.origin === location.origin && link.pathname === path;
    if (!isHere || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!link.hash && !link.search) return;
    event.preventDefault();
    event.stopPropagation();
    if (link.hash) {
      location.hash = link.hash; // The setting stays, whatever the link says of it.
      return;
    }
    history.pushState(null, "", link.href);
    restore().then(() => engine.tell("run"));
    root.scrollIntoView({ block: "start" });
    buttons.go.focus({ preventScroll: true });
  }

  // Back and Forward, from one address of this page to another. See docs/theme/main.html.
  function travel(event) {
    if (location.pathname !== path) return;
    event.preventDefault(); // The theme would build the page again.
    if (location.search !== query) restore(true);
    // Unless the browser scrolls, the theme has noted how far down the reader was.
    const top = event.detail?.y;
    if (top !== undefined && history.scrollRestoration === "manual") window.scrollTo({ top });
  }

  buttons.go.addEventListener("click", () => engine.tell(isRunning ? "pause" : "run"));
  buttons.step.addEventListener("click", () => engine.tell("step"));
  buttons.epoch.addEventListener("click", () => engine.tell("epoch"));
  buttons.reset.addEventListener("click", () => {
    engine.tell("pause");
    start(form.settings());
  });
  pace.addEventListener("change", () => engine.tell("pace", { pace: Number(pace.value) }));
  document.addEventListener("click", follow, { capture: true, signal: left.signal });
  document.addEventListener("travel", travel, { signal: left.signal });
  document.addEventListener(
    "visibilitychange",
    () => {
      // Nobody watches a hidden page.
      if (document.hidden) wasRunning = isRunning;
      if (wasRunning) engine.tell(document.hidden ? "pause" : "run");
    },
    { signal: left.signal },
  );
  const observer = new ResizeObserver(() => lanes.length && show());
  observer.observe(root);

  restore().catch(() => {}); // `ready` has told what is wrong.

  return () => {
    left.abort();
    observer.disconnect();
    engine.stop();
  };
}
