// The reader's own hand: each digit is written three times. Two of the three are for practice, and
// the last is for the test.
import { CHOOSER, readPicture, whenChosen } from "../playground/chooser.js";
import { createPad, SIZE } from "../playground/pad.js";
import { createPicture, paintInk } from "../playground/pictures.js";
import { prepare } from "../playground/prepare.js";
import { KEYS, PAD } from "./reader.js";

const ALL = 30;
const PRACTICE = 20;
const percent = (share) => `${(100 * share).toFixed(1)} %`;

const HAND = `
  <div class="desk">${PAD("hand-keys", "Pad for your own digits")}
    <div class="controls">
      <p class="prompt" role="status"></p>
      <div class="buttons">
        <button type="button" class="keep">Keep</button>
        <button type="button" class="clear">Clear</button>
        <button type="button" class="undo">Take back</button>
      </div>
      ${CHOOSER}
    </div>
  </div>
  ${KEYS("hand-keys", "Enter keeps the digit,")}
  <div class="kept"></div>
  <p class="result" role="status"></p>
  <p><button type="button" class="practice">Train the last layer on my digits</button></p>`;

// `engine` answers; `heldOut()` is the share of other people's digits that is read correctly, or
// undefined before there is a model.
export function createHand(root, { engine, heldOut }) {
  root.innerHTML = HAND;
  const find = (selector) => root.querySelector(selector);
  const kept = []; // images in the order of writing; the digit is the place modulo 10
  const labels = () => kept.map((_, place) => place % 10);

  const cells = Array.from({ length: ALL }, () => {
    const figure = document.createElement("figure");
    const picture = createPicture();
    const caption = document.createElement("figcaption");
    caption.textContent = "\u00a0";
    figure.append(picture, caption);
    return { figure, picture, caption };
  });
  ["Practice", "Practice", "Test"].forEach((name, row) => {
    const line = document.createElement("div");
    line.className = "line";
    const title = Object.assign(document.createElement("span"), { textContent: name });
    line.append(title, ...cells.slice(10 * row, 10 * row + 10).map(({ figure }) => figure));
    find(".kept").append(line);
  });

  const pad = createPad(find("canvas"), find(".cursor"), {
    changed() {},
    said(text) {
      find(".keys span").textContent = text;
    },
  });
  pad.setWidth(20);

  function prompt(note = "") {
    const rounds = ["once", "once more", "a third time, for the test"];
    const words =
      kept.length < ALL
        ? `Write a ${kept.length % 10} ${rounds[Math.floor(kept.length / 10)]}, and keep it.`
        : "That is all, thank you.";
    find(".prompt").textContent = `${note} ${words}`.trim();
    find(".keep").disabled = kept.length === ALL;
    find(".undo").disabled = kept.length === 0;
    find(".practice").disabled = kept.length < PRACTICE;
  }

  const count = (answers, from, to) =>
    answers.slice(from, to).filter((answer, i) => answer === (from + i) % 10).length;

  // Asks how the model reads all digits now, and shows it below each.
  async function look() {
    if (kept.length === 0 || heldOut() === undefined) return [];
    const { answers } = await engine.ask("answers", { lane: 0, images: kept, labels: labels() });
    cells.forEach(({ figure, picture, caption }, place) => {
      const image = kept[place];
      const answer = image && answers[place];
      const isWrong = image && answer !== place % 10;
      paintInk(picture, image);
      figure.classList.toggle("wrong", Boolean(isWrong));
      caption.textContent = image ? answer : "\u00a0";
      const words = isWrong ? `Your ${place % 10}, read as ${answer}` : `Your ${place % 10}, read correctly`;
      picture.setAttribute("aria-label", image ? words : `Not yet written: ${place % 10}`);
    });
    return Array.from(answers);
  }

  function describe(answers) {
    if (answers.length === 0) return "";
    const all = `The model reads ${count(answers, 0, answers.length)} of your ${answers.length} digits`;
    if (answers.length < ALL) return `${all}.`;
    return `${all}, and ${count(answers, PRACTICE, ALL)} of the 10 in the test.`;
  }

  async function show() {
    const answers = await look();
    find(".result").textContent = describe(answers);
    return answers;
  }

  function keep(image) {
    if (kept.length === ALL) return;
    if (!image) {
      prompt("There is no digit yet.");
      return;
    }
    kept.push(image);
    pad.clear();
    prompt();
    show();
  }

  find(".keep").addEventListener("click", () => keep(prepare(pad.ink(), SIZE)));
  find("canvas").addEventListener("keydown", (event) => {
    if (event.key === "Enter") keep(prepare(pad.ink(), SIZE));
  });
  find(".clear").addEventListener("click", pad.clear);
  find(".undo").addEventListener("click", () => {
    kept.pop();
    const { figure, picture, caption } = cells[kept.length];
    figure.classList.remove("wrong");
    paintInk(picture, null);
    caption.textContent = "\u00a0";
    prompt();
    show();
  });
  whenChosen(root, (file) => readPicture(file).then(keep, (error) => prompt(error.message)));
  find(".practice").addEventListener("click", async () => {
    engine.tell("pause");
    const before = await look();
    const others = heldOut();
    const [images, digits] = [kept.slice(0, PRACTICE), labels().slice(0, PRACTICE)];
    await engine.ask("practice", { lane: 0, images, labels: digits });
    const after = await look();
    const test = (answers) => count(answers, PRACTICE, answers.length);
    const tested = kept.length - PRACTICE;
    const judged = tested
      ? `Of your ${tested} test digits it read ${test(before)} before, and reads ${test(after)} now.`
      : "Write the third round to see whether it has learned more than these twenty.";
    find(".result").textContent = `The last layer has practiced on your 20 digits, and reads
      ${count(after, 0, PRACTICE)} of them. ${judged} Of other people's digits it read
      ${percent(others)} before, and reads ${percent(heldOut())} now.`.replace(/\s+/g, " ");
  });

  prompt();
  cells.forEach(({ picture }, place) => {
    picture.setAttribute("aria-label", `Not yet written: ${place % 10}`);
  });
  return { show };
}
