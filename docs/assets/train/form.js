// The controls of one or two settings. A row has a label and a control for each setting.
import { FIELDS, INITIAL, read } from "./setting.js";

const HAS_UNITS = ["sigmoid", "tanh", "relu"];
const NAMES = ["first setting", "second setting"];

function control(name, which) {
  const { label, choices, low, high, whole } = FIELDS[name];
  const spoken = which === 0 ? label : `${label}, ${NAMES[which]}`;
  const attributes = `name="${name}" data-lane="${which}" aria-label="${spoken}" autocomplete="off"`;
  if (!choices) {
    const step = whole ? 1 : "any";
    return `<input type="number" min="${low}" max="${high}" step="${step}" ${attributes}>`;
  }
  const options = Object.entries(choices).map(
    ([value, text]) => `<option value="${value}">${text}</option>`,
  );
  return `<select ${attributes}>${options.join("")}</select>`;
}

// `changed(settings)` is called after each change that makes sense.
export function createForm(form, { changed }) {
  const rows = Object.keys(FIELDS).map(
    (name) => `<div class="row" data-field="${name}"><span class="name">${FIELDS[name].label}</span>
      ${control(name, 0)}${control(name, 1)}</div>`,
  );
  form.innerHTML = `
    <div class="row heads"><span class="name"></span><span>First</span><span>Second</span></div>
    ${rows.join("")}
    <p class="problem" role="alert"></p>
    <p class="hint">Each change starts over. A scale of 1 gives weights a standard deviation of
      √(2 / inputs), as He et al. recommend for ReLU. A linear model has no hidden units, and the
      convolutional network always has three convolutions, with 8, 16 and 32 filters.</p>
    <label class="race"><input type="checkbox" autocomplete="off"> Race a second setting</label>`;
  const race = form.querySelector(".race input");
  const problem = form.querySelector(".problem");
  const controls = Array.from(form.querySelectorAll("[data-lane]"));
  let settings = [{ ...INITIAL }];

  function show(given) {
    settings = given.map((setting) => ({ ...setting }));
    race.checked = settings.length === 2;
    form.classList.toggle("racing", race.checked);
    problem.textContent = "";
    for (const part of controls) {
      const setting = settings[part.dataset.lane] ?? settings[0];
      part.value = setting[part.name];
      part.removeAttribute("aria-invalid");
      if (part.name === "units") part.disabled = !HAS_UNITS.includes(setting.model);
      part.classList.toggle("differs", setting[part.name] !== settings[0][part.name]);
    }
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => {
    if (target === race) {
      const [first] = settings;
      // Two equal settings would be no race: the second one starts with momentum, or without.
      const second = { ...first, momentum: first.momentum ? 0 : 0.9 };
      show(race.checked ? [first, second] : [first]);
      changed(settings);
      return;
    }
    const value = read(target.name, target.value);
    if (value === null) {
      const { label, low, high, whole } = FIELDS[target.name];
      target.setAttribute("aria-invalid", "true");
      problem.textContent = `${label}: give a ${whole ? "whole number" : "number"} from ${low} to ${high}.`;
      return;
    }
    settings[target.dataset.lane][target.name] = value;
    show(settings);
    changed(settings);
  });

  show(settings);
  return {
    show,
    settings: () => settings,
    complain(text) {
      problem.textContent = text;
    },
  };
}
