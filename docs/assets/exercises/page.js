// Turns the exercises of a page into editors whose code runs here.
import { engine } from "./engine.js";
import { edit } from "./editor.js";
import { picture } from "./pictures.js";
import * as progress from "./progress.js";

const LIMIT = 20_000; // Milliseconds that a reader's code may take.
const KEYS = "exercises-keys";

export function build(roots) {
  const tellers = roots.map(exercise);
  const asked = roots.filter(({ dataset }) => dataset.call);
  if (!asked.length) return;
  const heading = document.querySelector("#exercises");
  const line = document.createElement("p");
  line.className = "exercises-done";
  const keys = document.createElement("p");
  keys.className = keys.id = KEYS;
  keys.textContent =
    "By keyboard: Ctrl+Enter runs the code. In a box for code, Tab indents; press Esc and then Tab " +
    "to leave the box.";
  heading?.after(line, keys);
  const told = () => {
    line.textContent = progress.words(asked.map(progress.keyOf), Number(roots[0].dataset.all));
  };
  tellers.forEach((teller) => teller(told));
  told();
}

function exercise(root) {
  const { stub, call } = root.dataset;
  const key = progress.keyOf(root);
  const name = root.dataset.title;
  // A cell of the lesson is there to be read first: its editor is folded.
  const [open, close] = call
    ? ["", ""]
    : ["<details class=\"example\"><summary>Change this code and run it</summary>", "</details>"];
  root.innerHTML = `${open}
    <div class="exercise-code"><textarea spellcheck="false" autocapitalize="off"
      autocomplete="off" autocorrect="off" wrap="off"></textarea></div>
    <p class="exercise-buttons">
      <button type="button" class="md-button md-button--primary" data-do="run">Run</button>
      <button type="button" class="md-button" data-do="stop" hidden>Stop</button>
      <button type="button" class="md-button" data-do="reset">Start over</button>
      <span class="exercise-solved" hidden>Solved</span>
    </p>
    <progress max="1" value="0" hidden></progress>
    <pre class="exercise-printed" role="group" tabindex="0" hidden></pre>
    <div class="exercise-pictures"></div>
    <p class="exercise-verdict" role="status"></p>${close}`;
  root.hidden = false;
  const part = (selector) => root.querySelector(selector);
  const [run, stop, reset] = ["run", "stop", "reset"].map((what) => part(`[data-do=${what}]`));
  const bar = part("progress");
  const printed = part(".exercise-printed");
  const pictures = part(".exercise-pictures");
  const verdict = part(".exercise-verdict");
  part("textarea").setAttribute("aria-label", `Your code for ${name}`);
  part("textarea").setAttribute("aria-describedby", KEYS);
  bar.setAttribute("aria-label", "Python is being loaded");
  printed.setAttribute("aria-label", `What your code for ${name} printed`);
  let told = () => {};

  let dropped; // What "Start over" took away, until something else is written.
  const offerUndo = (code) => {
    dropped = code;
    reset.textContent = code === undefined ? "Start over" : "Undo";
  };
  const editor = edit(part(".exercise-code"), {
    code: progress.codeOf(key) ?? stub,
    changed: (code) => {
      progress.keepCode(key, code === stub ? undefined : code);
      offerUndo(undefined);
    },
    run: () => run.click(),
  });
  part(".exercise-code").addEventListener("focusin", () => engine.prepare(), { once: true });
  const solved = () => {
    const failed = ["wrong", "error"].includes(verdict.dataset.kind);
    part(".exercise-solved").hidden = failed || !progress.isSolved(key);
    told();
  };

  const say = (words, kind = "") => {
    verdict.textContent = words;
    verdict.dataset.kind = kind;
    verdict.dataset.rows = words.includes("\n");
  };
  // Shown once a frame: a page that draws each line of an endless loop does not hear its Stop button.
  let waiting = "";
  const flush = () => {
    printed.append(waiting);
    printed.hidden = !printed.textContent;
    waiting = "";
  };
  const show = (text) => {
    if (!waiting) requestAnimationFrame(flush);
    waiting += text;
  };
  const busy = (on) => {
    run.disabled = on;
    stop.hidden = !on;
    if (!on) bar.hidden = true;
  };

  run.addEventListener("click", async () => {
    if (run.disabled) return;
    busy(true);
    part(".prism-code-editor")?.scrollTo({ left: 0 }); // So that the beginnings of lines are seen.
    waiting = printed.textContent = "";
    pictures.replaceChildren();
    printed.hidden = true;
    say(engine.ready ? "Running …" : "Python is being loaded, which takes some seconds …");
    const result = await engine.run(
      { lesson: root.dataset.lesson, code: editor.code(), call },
      {
        limit: LIMIT,
        progress: (share) => {
          bar.hidden = share >= 1;
          bar.value = share;
          if (share >= 1) say("Running …");
        },
        printed: show,
        drawn: (told) => pictures.append(picture(told)),
      },
    );
    busy(false);
    if (result.verdict === "right") {
      progress.solve(key);
      say("Right!", "right");
    } else if (result.verdict) {
      say(result.verdict, "wrong");
    } else if (result.error) {
      say(result.error, "error");
    } else {
      say("");
    }
    solved();
  });
  stop.addEventListener("click", () => engine.stop("Stopped."));
  reset.addEventListener("click", () => {
    const before = editor.code();
    const undo = dropped;
    editor.set(undo ?? stub);
    offerUndo(undo === undefined && before !== stub ? before : undefined);
    printed.hidden = true;
    pictures.replaceChildren();
    say("");
    editor.focus();
  });
  solved();
  return (callback) => {
    told = callback;
  };
}
