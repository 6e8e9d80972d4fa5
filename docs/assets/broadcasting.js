// The interactive table of lesson 4: two shapes, aligned at the right, and what broadcasting makes
// of them. What is shown follows from what is chosen alone.
"use strict";

{
  const AXES = [-3, -2, -1].map((axis) => interactive.decimal(axis, 0));
  const SIZES = ["none", 1, 2, 3, 4, 5, 28];
  const EXAMPLES = [
    ["images, prototype", [5, 28, 28], [28, 28]],
    ["images, numbers", [5, 28, 28], [5]],
    ["row, column", [5], [5, 1]],
  ];

  // A shape as Python writes it. Where it has no axis, the size is null.
  function tuple(shape) {
    const sizes = shape.filter((size) => size !== null);
    return `(${sizes.join(", ")}${sizes.length === 1 ? "," : ""})`;
  }

  // What becomes of an axis of `a` and `b`: its size in the result, and which one is repeated.
  function meet(m, n) {
    if (m === n) return { size: m };
    if ((m ?? 1) === 1) return { size: n ?? 1, repeated: n > 1 ? "a" : undefined };
    if ((n ?? 1) === 1) return { size: m, repeated: "b" };
    return { wrong: true };
  }

  function explain(m, n, { size, repeated, wrong }) {
    if (wrong) return `${m} and ${n} differ, and neither is 1.`;
    if (m === n) return `both are ${m}.`;
    const lacks = m === null ? "a has no such axis" : n === null ? "b has no such axis" : "";
    if (!repeated) return `${lacks}, which counts as 1.`;
    return `${lacks ? `${lacks} and` : repeated} is repeated ${size} times.`;
  }

  // Whether the shapes fit, to what, and why, from right to left.
  function describe(a, b, axes) {
    const both = [tuple(a), tuple(b)];
    const wrong = axes.filter((axis) => axis.wrong);
    const told = wrong.length ? wrong : axes.filter(({ size }) => size !== null);
    const sizes = axes.map(({ size }) => size);
    const n = sizes.at(-1);
    const trap = n > 1 && both.includes(`(${n},)`) && both.includes(`(${n}, 1)`);
    return [
      `${both.join(" with ")} ${wrong.length ? "is an error" : `gives ${tuple(sizes)}`}.`,
      ...told.map(({ words }) => words).reverse(),
      trap ? `If you meant ${n} pairs, this is the trap: here are ${n * n}.` : "",
    ].join(" ");
  }

  function table() {
    const row = (kind, cell) => `<tr class="${kind}"><th scope="row">${kind}</th>
      ${AXES.map((axis) => `<td>${cell(axis)}</td>`).join("")}</tr>`;
    const options = SIZES.map((size) => `<option>${size}</option>`).join("");
    const choice = (name) => (axis) =>
      `<select aria-label="${name}, axis ${axis}" autocomplete="off">${options}</select>`;
    const examples = EXAMPLES.map(([name]) => `<button type="button">${name}</button>`);
    return `<div role="group" aria-label="Examples">${examples.join("")}</div>
      <table class="shapes">
        <tr><td></td>${AXES.map((axis) => `<th scope="col">axis ${axis}</th>`).join("")}</tr>
        ${row("a", choice("a"))} ${row("b", choice("b"))}
        ${row("match", () => "")} ${row("result", () => "")}
      </table>
      <output aria-live="polite"></output>`;
  }

  // A shape has no gaps: an axis comes with those to its right, and goes with those to its left.
  function close(selects, chosen) {
    const i = selects.indexOf(chosen);
    selects.forEach((select, j) => {
      if (chosen.value === "none" && j < i) select.value = "none";
      if (chosen.value !== "none" && j > i && select.value === "none") select.value = "1";
    });
  }

  const read = (selects) =>
    selects.map(({ value }) => (value === "none" ? null : Number(value)));

  function write(selects, shape) {
    selects.forEach((select, i) => (select.value = shape.at(i - selects.length) ?? "none"));
  }

  interactive.define("broadcasting", (root) => {
    root.innerHTML = table();
    const [a, b] = ["a", "b"].map((kind) => [...root.querySelectorAll(`.${kind} select`)]);
    const [match, result] = ["match", "result"].map((kind) =>
      root.querySelectorAll(`.${kind} td`),
    );

    const update = () => {
      const [m, n] = [read(a), read(b)];
      const axes = AXES.map((axis, i) => {
        const met = meet(m[i], n[i]);
        return { ...met, words: `Axis ${axis}: ${explain(m[i], n[i], met)}` };
      });
      axes.forEach(({ size, repeated, wrong }, i) => {
        a[i].className = repeated === "a" ? "repeated" : "";
        b[i].className = repeated === "b" ? "repeated" : "";
        match[i].className = wrong ? "wrong" : "";
        match[i].textContent = wrong ? "no" : repeated ? `${repeated} repeated` : size && "equal";
        result[i].textContent = wrong ? "error" : size;
      });
      root.querySelector("output").textContent = describe(m, n, axes);
    };

    root.querySelectorAll("button").forEach((button, i) => {
      button.addEventListener("click", () => {
        const [, first, second] = EXAMPLES[i];
        write(a, first);
        write(b, second);
        update();
      });
    });
    for (const selects of [a, b]) {
      for (const select of selects) {
        select.addEventListener("change", () => {
          close(selects, select);
          update();
        });
      }
    }
    root.querySelector("button").click();
  });
}
