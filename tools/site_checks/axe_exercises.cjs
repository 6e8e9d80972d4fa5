// Does axe find a barrier in an exercise that somebody uses? After an error, after a wrong answer and
// after a right one. Hints and answers are open, as everything that folds is: see .ci/site.
// PAGE is the address of the lesson on gradients.
const { defaults } = require("./axe.cjs");

const EXERCISE = ".exercise[data-call=\"check_slopes(slopes)\"]";
const uses = {
  error: "slopes = 1 / 0",
  wrong: "slopes = lambda w, b, m, x: (1, 2)",
  right: "slopes = lambda w, b, m, x: (2 * (w * m + b - x) * m, 2 * (w * m + b - x))",
};

module.exports = {
  // What is loaded at the first run takes some seconds.
  defaults: { ...defaults, timeout: 120000 },
  urls: Object.entries(uses).map(([kind, code]) => ({
    url: `${process.env.PAGE}#${kind}`,
    actions: [
      `click element ${EXERCISE} textarea`,
      `wait for element ${EXERCISE} .token to be visible`,
      `set field ${EXERCISE} textarea to ${code}`,
      `click element ${EXERCISE} [data-do=run]`,
      `wait for element ${EXERCISE} .exercise-verdict[data-kind=${kind}] to be visible`,
    ],
  })),
};
