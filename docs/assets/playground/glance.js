// The front page's pad: what is drawn goes through one network. Its parameters are fetched when
// somebody first comes near the pad. Until then, a small file holds one digit and its answer.
import { load } from "./files.js";
import { network, softmax } from "./models.js";
import { createPad, SIZE } from "./pad.js";
import { createBars, showBars } from "./pictures.js";
import { prepare } from "./prepare.js";

const DESK = `
  <div class="desk">
    <div class="pad">
      <canvas class="ink" width="${SIZE}" height="${SIZE}" tabindex="0" role="application"
        aria-label="Drawing pad" aria-describedby="glance-hint glance-keys"></canvas>
      <span class="cursor" aria-hidden="true"></span>
      <span class="invitation" id="glance-hint" aria-hidden="true"></span>
    </div>
    <div class="controls">
      <p class="answer" aria-hidden="true"><strong>?</strong></p>
      <p class="summary" role="status"></p>
      <button type="button" class="clear">Clear</button>
    </div>
  </div>
  <p class="keys" id="glance-keys">By keyboard: arrow keys move the pen, Space lowers and lifts it,
    Delete clears. <span role="status"></span></p>`;

// Never quite sure: a belief is not the chance to be right.
const percent = (belief) => `${Math.min(99, Math.round(100 * belief))} %`;

// The network's answer and its ten beliefs, also in words.
function describe(beliefs) {
  const answer = beliefs.indexOf(Math.max(...beliefs));
  const words = `The network takes it for a ${answer}, and is ${percent(beliefs[answer])} sure.`;
  const spoken = Array.from(beliefs, (belief, digit) => `${digit}: ${percent(belief)}`).join(", ");
  return { answer, beliefs, words, spoken };
}

export function build(root) {
  const [parameters, sample] = ["network", "sample"].map((name) =>
    root.querySelector(`a[download="${name}.safetensors"]`),
  );
  const why = root.querySelector("a.why");
  root.innerHTML = DESK;
  const find = (selector) => root.querySelector(selector);
  const bars = createBars();
  find(".answer").after(bars);
  find(".controls").append(why.parentElement);

  let arrays = null;
  let untouched = true; // until something is on the pad
  let beliefs = null; // in the sample, as long as that is on the pad
  let problem = false;
  let frame = 0;
  let pause = 0;

  function words(image, found) {
    if (!image) return "Draw a digit.";
    if (found) return found.words;
    if (problem) return "The network could not be loaded. Draw once more to try again.";
    return "The network is being loaded.";
  }

  function show() {
    frame = 0;
    const image = prepare(pad.ink(), SIZE);
    const known = beliefs ?? (arrays && image && softmax(network(arrays, image)));
    const found = known && describe(known);
    const hint = pad.isSample() ? "Draw your own over it" : image ? "" : "Draw a digit here";
    find(".invitation").textContent = hint;
    find(".invitation").hidden = hint === "";
    find(".invitation").classList.toggle("below", pad.isSample());
    find("strong").textContent = found ? found.answer : "?";
    showBars(bars, {
      values: found?.beliefs ?? [],
      full: 1,
      chosen: found?.answer,
      name: found ? `Beliefs, ${found.spoken}` : "No answer yet",
    });
    // What is read out waits for a pause.
    clearTimeout(pause);
    pause = setTimeout(() => (find(".summary").textContent = words(image, found)), 300);
  }

  // However often the ink changes, the network answers once for each picture on the screen.
  function changed() {
    frame ||= requestAnimationFrame(show);
  }

  async function prepareToRead() {
    if (arrays) return;
    try {
      arrays = await load(parameters);
      problem = false;
    } catch (error) {
      console.error(error);
      problem = true;
    }
    changed();
  }

  const canvas = find("canvas");
  const pad = createPad(canvas, find(".cursor"), {
    changed() {
      untouched = false;
      beliefs = null;
      changed();
    },
    said(text) {
      find(".keys span").textContent = text;
    },
  });
  pad.setWidth(20);
  find(".clear").addEventListener("click", pad.clear);
  for (const sign of ["pointerenter", "pointerdown", "focus"]) {
    canvas.addEventListener(sign, prepareToRead);
  }

  async function showSample() {
    if (!sample) return;
    const { image, beliefs: known } = await load(sample);
    if (!untouched) return;
    pad.show(image.data, { asSample: true });
    beliefs = known.data;
  }
  // Without a sample the pad is empty until the reader draws.
  showSample().catch(console.error).finally(show);
}
