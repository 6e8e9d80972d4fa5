// The playground: what is on the pad goes through every model, and the page shows each answer.
// All of it follows from the ink on the pad and from two settings.
import { CHOOSER, readPicture, whenChosen } from "./chooser.js";
import { MODELS } from "./explain.js";
import { load } from "./files.js";
import { createPad, SIZE } from "./pad.js";
import { createBars, createPicture, paintInk, paintSigned, showBars } from "./pictures.js";
import { prepare } from "./prepare.js";
import { createTraining } from "./training.js";

const DESK = `
  <div class="desk">
    <div class="pad">
      <canvas class="ink" width="${SIZE}" height="${SIZE}" tabindex="0" role="application"
        aria-label="Drawing pad" aria-describedby="playground-hint playground-keys"></canvas>
      <span class="cursor" aria-hidden="true"></span>
      <span class="invitation" id="playground-hint" aria-hidden="true"></span>
    </div>
    <div class="controls">
      <div class="buttons">
        <button type="button" class="clear">Clear</button>
        ${CHOOSER}
      </div>
      <label>Pen <input type="range" class="pen" min="8" max="40" value="20"
        aria-label="Width of the pen" autocomplete="off"></label>
      <label><input type="checkbox" class="fit" checked autocomplete="off">
        Center and scale, as MNIST was</label>
      <fieldset><legend>Take a digit from the test set</legend></fieldset>
      <figure class="seen"><figcaption>What the models see</figcaption></figure>
    </div>
    <p class="keys" id="playground-keys">By keyboard: arrow keys move the pen, Space lowers and
      lifts it, Delete clears. <span role="status"></span></p>
    <p class="summary" role="status"></p>
  </div>
  <div class="models"></div>`;

// One model's part of the page; `link` names it and leads to its lesson.
function createCard(link) {
  const model = MODELS[link.dataset.model];
  const card = document.createElement("section");
  card.className = "model";
  card.innerHTML = `<h2></h2><p class="answer"><strong></strong> <span></span></p>`;
  const [heading, answer, says] = card.querySelectorAll("h2, strong, span");
  const bars = createBars();
  const figure = document.createElement("figure");
  const picture = createPicture();
  const caption = document.createElement("figcaption");
  heading.append(link);
  figure.append(picture, caption);
  card.append(bars, figure);

  // Returns the answer; without an image or the model's arrays there is none.
  function show(arrays, image) {
    const found = arrays && image && model.explain(arrays, image);
    answer.textContent = found ? found.answer : "?";
    says.textContent = found ? found.says : arrays ? "" : "loading";
    figure.hidden = !found?.picture;
    if (found?.picture) {
      const strengths = found.picture.map(Math.abs);
      const text = found.caption.replace(/\s+/g, " ");
      paintSigned(picture, found.picture, 0.6 * Math.max(...strengths) || 1);
      picture.setAttribute("aria-label", `Why ${found.answer}`);
      caption.textContent = text;
    }
    showBars(bars, {
      values: found?.bars ?? [],
      full: found?.full ?? 1,
      chosen: found?.answer,
      name: found?.spoken ?? "No answer yet",
    });
    return found?.answer;
  }
  return { card, show, name: link.textContent, file: model.file };
}

// Says what most models answer, and which models answer something else. `source` says where the
// image comes from, unless it is drawn.
function summarize(answers, source) {
  const known = answers.filter(([, answer]) => answer !== undefined);
  if (known.length === 0) return "The models are being loaded.";
  const votes = (digit) => known.filter(([, answer]) => answer === digit).length;
  const most = known.map(([, answer]) => answer).find((digit) => 2 * votes(digit) > known.length);
  const others = known.filter(([, answer]) => answer !== most);
  if (others.length === 0) return `${source} All models say ${most}.`.trim();
  const start = most === undefined ? "The models disagree." : `Most models say ${most}.`;
  const rest = others.map(([name, answer]) => `${name}: ${answer}`).join("; ");
  return `${source} ${start} ${rest}.`.trim();
}

// The page opens with the first test digit that has this label.
const FIRST = 3;

export function build(root) {
  const cards = Array.from(root.querySelectorAll("a[data-model]"), createCard);
  root.innerHTML = DESK;
  const find = (selector) => root.querySelector(selector);
  find(".models").append(...cards.map(({ card }) => card));
  const seen = createPicture();
  find(".seen").prepend(seen);

  const files = {}; // the arrays of each file that has arrived
  let untouched = true; // until something is on the pad
  let source = ""; // where the image on the pad comes from, if nobody drew it
  let picture = null; // the image that was read from a file, if that is on the pad
  let reading = null; // the file that is being read
  let note = null; // what became of a file, until the ink changes
  let problem = null;
  let training = null;
  let frame = 0;
  let pause = 0;

  function show() {
    frame = 0;
    const image = picture ?? prepare(pad.ink(), SIZE, find(".fit").checked);
    const hint = pad.isSample() ? "Draw your own over it" : image ? "" : "Draw a digit here";
    find(".invitation").textContent = hint;
    find(".invitation").hidden = hint === "";
    find(".invitation").classList.toggle("below", pad.isSample());
    paintInk(seen, image);
    seen.setAttribute("aria-label", image ? "The digit in 28 x 28 pixels" : "Nothing is drawn");
    const answers = cards.map(({ show, name, file }) => [name, show(files[file], image)]);
    // What is read out waits for a pause.
    clearTimeout(pause);
    pause = setTimeout(() => {
      const words = image ? summarize(answers, source) : "Draw a digit.";
      find(".summary").textContent = note ?? problem ?? words;
      training?.show(image);
    }, 300);
  }

  // However often the ink changes, models answer once for each picture on the screen.
  function changed() {
    frame ||= requestAnimationFrame(show);
  }

  const pad = createPad(find(".pad canvas"), find(".cursor"), {
    changed() {
      untouched = false;
      source = "";
      picture = note = reading = null;
      changed();
    },
    said(text) {
      find(".keys span").textContent = text;
    },
  });
  const pen = find(".pen");
  const setWidth = () => pad.setWidth(pen.valueAsNumber);
  pen.addEventListener("input", setWidth);
  setWidth();
  find(".clear").addEventListener("click", pad.clear);
  find(".fit").addEventListener("change", changed);

  whenChosen(root, async (file) => {
    untouched = false;
    reading = file;
    note = "The picture is being read.";
    changed();
    try {
      const image = await readPicture(file);
      if (reading !== file) return; // In the meantime the reader drew, or chose another picture.
      pad.show(image.map((ink) => Math.round(255 * ink)));
      source = "Your picture.";
      picture = image;
    } catch (error) {
      if (reading !== file) return;
      note = error.message;
      changed();
    }
  });

  function offerDigits({ images, labels }) {
    const [, ...shape] = images.shape;
    const size = shape[0] * shape[1];
    for (let digit = 0; digit < 10; digit++) {
      const places = Array.from(labels.data.keys()).filter((i) => labels.data[i] === digit);
      const button = document.createElement("button");
      Object.assign(button, { type: "button", textContent: digit });
      button.setAttribute("aria-label", `${digit}: a test digit`);
      const showNext = (options) => {
        const place = places.shift();
        places.push(place);
        pad.show(images.data.subarray(place * size, (place + 1) * size), options);
        source = `A test digit, labeled ${digit}.`;
      };
      button.addEventListener("click", () => showNext());
      find("fieldset").append(button);
      if (digit === FIRST && untouched) showNext({ asSample: true });
    }
  }

  const arrived = {
    test_digits: offerDigits,
    training(arrays) {
      const stage = document.querySelector(".playground-training");
      if (stage) training = createTraining(stage, arrays);
    },
  };
  const needed = new Set([...cards.map(({ file }) => file), ...Object.keys(arrived)]);
  for (const link of document.querySelectorAll('a[download$=".safetensors"]')) {
    const name = link.download.replace(".safetensors", "");
    if (!needed.has(name)) continue;
    load(link).then(
      (arrays) => {
        files[name] = arrays;
        arrived[name]?.(arrays);
        changed();
      },
      (error) => {
        console.error(error);
        problem = `${link.download} could not be loaded. Please load the page again.`;
        changed();
      },
    );
  }
}
