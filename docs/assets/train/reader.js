// A pad to draw on while training goes on, and what each setting makes of the drawing just now.
import { softmax, sigmoid } from "../playground/models.js";
import { createPad, SIZE } from "../playground/pad.js";
import { createBars, showBars } from "../playground/pictures.js";
import { prepare } from "../playground/prepare.js";

export const PAD = (id, name) => `
  <div class="pad">
    <canvas class="ink" width="${SIZE}" height="${SIZE}" tabindex="0" role="application"
      aria-label="${name}" aria-describedby="${id}"></canvas>
    <span class="cursor" aria-hidden="true"></span>
    <span class="invitation" aria-hidden="true"></span>
  </div>`;

export const KEYS = (id, more = "") => `<p class="keys" id="${id}">By keyboard: arrow keys move the
  pen, Space lowers and lifts it, ${more} Delete clears. <span role="status"></span></p>`;

// A softmax shares out one belief among ten digits; sigmoids have a confidence for each.
const SQUASH = {
  cross_entropy: softmax,
  softmax_mse: softmax,
  sigmoid_mse: (logits) => logits.map(sigmoid),
  mnist: (logits) => logits.map(sigmoid),
};

// `drawn(image)` is called with 784 intensities, or null.
export function createReader(root, { drawn }) {
  root.innerHTML = `<h2>Your digit</h2><div class="desk">${PAD("train-keys", "Drawing pad")}
    <div class="controls"><div class="answers"></div>
    <button type="button" class="clear">Clear</button></div></div>${KEYS("train-keys")}`;
  const find = (selector) => root.querySelector(selector);
  find(".invitation").textContent = "Draw a digit here";
  let frame = 0;

  const pad = createPad(find("canvas"), find(".cursor"), {
    changed() {
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        const image = prepare(pad.ink(), SIZE);
        find(".invitation").hidden = image !== null;
        drawn(image);
      });
    },
    said(text) {
      find(".keys span").textContent = text;
    },
  });
  pad.setWidth(20);
  find(".clear").addEventListener("click", pad.clear);

  const parts = [0, 1].map(() => {
    const part = document.createElement("div");
    part.innerHTML = `<p class="answer"><strong></strong> <span></span></p>`;
    const bars = createBars();
    part.append(bars);
    find(".answers").append(part);
    return { part, bars, answer: part.querySelector("strong"), says: part.querySelector("span") };
  });

  return {
    show: pad.show,
    // `lanes` have logits, or none while nothing is drawn.
    update(lanes) {
      parts.forEach(({ part, bars, answer, says }, n) => {
        part.hidden = n >= lanes.length;
        if (part.hidden) return;
        const { setting, logits, diverged } = lanes[n];
        const values = logits && !diverged ? SQUASH[setting.loss](logits) : null;
        const chosen = values ? values.indexOf(Math.max(...values)) : undefined;
        answer.textContent = chosen ?? "?";
        says.textContent = lanes.length < 2 ? "" : ["first setting", "second setting"][n];
        const each = Array.from(values ?? [], (value, digit) => `${digit}: ${value.toFixed(2)}`);
        const name = values ? `Reads a ${chosen}. ${each.join(", ")}` : "No answer";
        showBars(bars, { values: values ?? [], full: 1, chosen, name });
      });
    },
  };
}
