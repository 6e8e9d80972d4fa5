// The linear model on its way through training: a slider for the epoch, the weights of all ten
// digits, and what the model then makes of the drawing.
import { afterEpoch } from "./explain.js";
import { createBars, createPicture, paintSigned, showBars } from "./pictures.js";

function createWeights() {
  const figure = document.createElement("figure");
  const picture = createPicture();
  const caption = document.createElement("figcaption");
  figure.append(picture, caption);
  return { figure, picture, caption };
}

// `arrays`: the parameters after each epoch, and `accuracy`, as the build measured it.
export function createTraining(root, arrays) {
  const epochs = arrays.accuracy.shape[0] - 1;
  root.innerHTML = `
    <label>Epochs of training
      <input type="range" min="0" max="${epochs}" step="1" value="0" autocomplete="off">
    </label>
    <output aria-live="polite"></output>
    <div class="weights"></div>`;
  const slider = root.querySelector("input");
  const bars = createBars();
  const digits = Array.from({ length: 10 }, createWeights);
  root.querySelector(".weights").append(...digits.map(({ figure }) => figure));
  root.append(bars);
  let image = null;
  let stage;

  function show() {
    const epoch = slider.valueAsNumber;
    const share = (100 * arrays.accuracy.data[epoch]).toFixed(1);
    const when = { 0: "Before training", 1: "After 1 epoch" }[epoch] ?? `After ${epoch} epochs`;
    const found = image && stage.model.explain({}, image);
    const onPad = found ? ` It takes the digit on the pad for a ${found.answer} (${found.says}).` : "";
    slider.setAttribute("aria-valuetext", when);
    root.querySelector("output").textContent =
      `${when} the model reads ${share} % of the test digits correctly.${onPad}`;
    showBars(bars, {
      values: found?.bars ?? [],
      full: 1,
      chosen: found?.answer,
      name: found?.spoken ?? "Nothing is drawn.",
    });
    digits.forEach(({ figure }, digit) => {
      figure.classList.toggle("chosen", digit === found?.answer);
    });
  }

  function moved() {
    const epoch = slider.valueAsNumber;
    stage = afterEpoch(arrays, epoch);
    const all = stage.w.data;
    const spread = Math.sqrt(all.reduce((sum, w) => sum + w * w, 0) / all.length);
    digits.forEach(({ picture, caption }, digit) => {
      const column = Float32Array.from({ length: 784 }, (_, i) => all[10 * i + digit]);
      paintSigned(picture, column, 3 * spread);
      picture.setAttribute("aria-label", `Weights for ${digit}, epoch ${epoch}`);
      caption.textContent = digit;
    });
    show();
  }

  slider.addEventListener("input", moved);
  moved();
  return {
    show(drawing) {
      image = drawing;
      show();
    },
  };
}
