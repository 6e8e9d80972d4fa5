// Trains one or two settings, apart from the page, which must stay quick. The page says what to do;
// it hears, at most 12 times a second, how far training is.
import { loaded } from "../keep.js";
import { createDigits, fromImages } from "./digits.js";
import { createLane } from "./lane.js";
import { trainLastLayer } from "./last_layer.js";
import { measure } from "./network.js";

const SLICE = 12; // milliseconds of work, after which messages are read
const REPORT = 80; // milliseconds between two reports, at least

let train, heldOut;
let lanes = [];
let drawing = null;
let pace = Infinity; // digits per second
let targets = null; // how many steps each lane is to have taken; null while nothing runs
let credit = 0; // digits that the pace allows now
let isDue = false; // whether the next tick is on its way
let [lastTick, nextReport, nextTest] = [0, 0, 0];

// A message to oneself comes back at once, after other messages; timers wait for milliseconds.
const soon = new MessageChannel();
const waiting = []; // what goes on when the message comes
soon.port1.onmessage = () => waiting.shift()();
function later(act) {
  waiting.push(act);
  soon.port2.postMessage(null);
}

// A function to call often in the midst of long work, which then waits for its turn.
function createRest() {
  let end = performance.now() + SLICE;
  return async () => {
    if (performance.now() < end) return;
    await new Promise(later);
    end = performance.now() + SLICE;
  };
}

// Reports how far training is. While it runs, the held-out digits are read less often if that takes
// long, so that four fifths of the time are for training.
function report() {
  const start = performance.now();
  if (!targets || start > nextTest) {
    lanes.forEach((lane) => lane.test());
    nextTest = 5 * performance.now() - 4 * start;
  }
  const states = lanes.map((lane) => ({
    ...lane.snapshot(),
    logits: drawing && lane.logitsOf(drawing),
  }));
  const buffers = states.map(({ pictures }) => pictures.buffer);
  postMessage({ kind: "state", isRunning: targets !== null, lanes: states }, buffers);
  nextReport = performance.now() + REPORT;
}
// The lane that has seen the fewest digits takes the next step, so that a race is fair.
function next() {
  const waiting = lanes.filter(
    (lane, i) => !lane.isDiverged() && lane.trainer.now.steps < targets[i],
  );
  const seen = (lane) => lane.trainer.now.seen;
  return waiting.reduce((a, b) => (a && seen(a) <= seen(b) ? a : b), undefined);
}

function tick() {
  isDue = false;
  if (!targets) return;
  const start = performance.now();
  // What could not be done in time is not made up for later.
  credit = Math.min(credit + ((start - lastTick) * pace) / 1000, Math.max(1, pace / 10));
  lastTick = start;
  let lane = next();
  while (lane && credit > 0 && performance.now() < start + SLICE) {
    lane.step();
    credit -= lane.trainer.batchSize / lanes.length;
    lane = next();
  }
  if (!lane) targets = null;
  if (!lane || performance.now() > nextReport) report();
  if (!lane) return;
  isDue = true;
  if (credit > 0) later(tick);
  else setTimeout(tick, 1000 / 60);
}

function run(wanted) {
  if (!targets) {
    credit = 1; // The first step is taken at once.
    lastTick = performance.now();
  }
  targets = lanes.map(wanted);
  if (!isDue) tick();
}

const KEPT = 3;
const kept = new Map(); // trainings to which the reader may come back, by address

function keep(address) {
  kept.delete(address); // The newest is last.
  kept.set(address, { lanes, targets });
  if (kept.size > KEPT) kept.delete(kept.keys().next().value);
}

function resume(address) {
  ({ lanes, targets } = kept.get(address));
  kept.delete(address);
  if (targets && !isDue) tick();
}

const DO = {
  digits(message) {
    train = createDigits(message.train.pixels, message.train.labels);
    heldOut = createDigits(message.heldOut.pixels, message.heldOut.labels);
  },
  // `from` and `to` are addresses, if the reader leaves one for another and may come back.
  settings({ settings, from, to }) {
    if (from !== undefined) keep(from);
    if (kept.has(to)) resume(to);
    else {
      lanes = settings.map((setting) => createLane(setting, train, heldOut));
      if (targets) targets = lanes.map(() => Infinity);
    }
    report();
  },
  pace(message) {
    pace = message.pace;
  },
  run() {
    run(() => Infinity);
  },
  step() {
    targets = null;
    lanes.filter((lane) => !lane.isDiverged()).forEach((lane) => lane.step());
    report();
  },
  epoch() {
    run(({ trainer: { now, stepsPerEpoch } }) => {
      return (Math.floor(now.steps / stepsPerEpoch) + 1) * stepsPerEpoch;
    });
  },
  pause() {
    targets = null;
    report();
  },
  draw({ image }) {
    drawing = image && fromImages([image], [0]);
    if (lanes.length) report();
  },
};

const ANSWER = {
  loaded,
  plane: ({ lane }) => lanes[lane].plane(createRest()),
  params: ({ lane }) => lanes[lane].trainer.layers,
  answers: ({ lane, images, labels }) => measure(lanes[lane].trainer, fromImages(images, labels)),
  practice({ lane, images, labels }) {
    trainLastLayer(lanes[lane].trainer, fromImages(images, labels));
    lanes[lane].changed();
    report();
  },
};

onmessage = async ({ data }) => {
  if (data.kind in DO) DO[data.kind](data);
  else postMessage({ kind: "answer", id: data.id, result: await ANSWER[data.kind](data) });
};
