// One setting in training: its trainer, and what is measured on the way.
import { colored } from "./colors.js";
import { createCurve, createPath } from "./curve.js";
import { first } from "./digits.js";
import { copy, measure } from "./network.js";
import { chart, effortFor, surface } from "./plane.js";
import { createTrainer } from "./trainer.js";

const WRONG = 24; // how many digits that are read wrongly are shown

export function createLane(setting, train, heldOut) {
  const trainer = createTrainer(setting, first(train, setting.digits));
  const { layers, now } = trainer;
  const training = createCurve(); // digits seen, loss, accuracy
  const testing = createCurve();
  const path = createPath(() => copy(layers));
  let latest; // on the held-out digits
  let diverged = false;

  const allFinite = () => layers.every(({ w, b }) => w.every(Number.isFinite) && b.every(Number.isFinite));

  function step() {
    trainer.step();
    diverged = !Number.isFinite(now.loss);
    if (diverged) return;
    training.add(now.seen, now.loss, now.right);
    path.visit(now.steps);
  }

  function test() {
    if (latest?.steps === now.steps) return;
    diverged ||= !allFinite();
    const found = measure(trainer, heldOut);
    latest = { ...found, steps: now.steps };
    if (!diverged && Number.isFinite(found.loss)) testing.add(now.seen, found.loss, found.accuracy);
  }

  function mistakes() {
    const places = Array.from(latest.answers.keys());
    const wrong = places.filter((n) => latest.answers[n] !== heldOut.labels[n]);
    const shown = wrong.slice(0, WRONG).map((n) => ({
      place: n,
      label: heldOut.labels[n],
      answer: latest.answers[n],
    }));
    return { count: wrong.length, of: heldOut.count, shown };
  }

  // Ten logits for one image, in digits that consist of it alone.
  function logitsOf(image) {
    const logits = new Float64Array(10);
    trainer.forward(layers, image, 0, new Float64Array(layers.at(-1).inputs), 0, logits, 0);
    return logits;
  }

  // What the map shows. `rest()` is called often, and training may go on meanwhile.
  async function plane(rest) {
    const { grid, count } = effortFor(setting);
    const copies = [...path.copies(), copy(layers)];
    const found = chart(copies);
    const range = (axis) => {
      const places = found.path.map((point) => point[axis]);
      const [low, high] = [Math.min(...places), Math.max(...places)];
      const margin = 0.3 * (high - low) || 0.5;
      return Array.from({ length: grid }, (_, i) => {
        return low - margin + ((high - low + 2 * margin) * i) / (grid - 1);
      });
    };
    const [columns, rows] = [range(0), range(1)];
    const digits = first(trainer.digits, Math.min(count, trainer.digits.count));
    const losses = await surface(found, trainer, digits, columns, rows, rest);
    return { losses, columns, rows, path: found.path };
  }

  path.visit(0);
  test();
  return {
    trainer,
    step,
    test,
    logitsOf,
    plane,
    isDiverged: () => diverged,
    // Somebody else has changed the parameters.
    changed() {
      latest.steps = NaN;
    },
    snapshot: () => ({
      setting,
      steps: now.steps,
      seen: now.seen,
      epochs: now.steps / trainer.stepsPerEpoch,
      loss: training.points().at(-1)?.[1] ?? NaN,
      heldOut: { loss: latest.loss, accuracy: latest.accuracy },
      diverged,
      training: training.points(),
      testing: testing.points(),
      pictures: colored(layers[0]),
      mistakes: mistakes(),
    }),
  };
}
