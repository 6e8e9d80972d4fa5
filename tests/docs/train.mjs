// Trains in JavaScript what test_train.py asks for: a setting as an address holds it. Prints the
// losses of 200 steps, the program that the page shows, the parameters as it saves them, and the
// losses on its map.
import { readFileSync } from "node:fs";

const [assets, folder, query] = process.argv.slice(2);
const { createDigits, first } = await import(`${assets}/digits.js`);
const { toSafetensors } = await import(`${assets}/files.js`);
const { copy, measure } = await import(`${assets}/network.js`);
const { chart, surface } = await import(`${assets}/plane.js`);
const { toPython } = await import(`${assets}/python.js`);
const { fromQuery } = await import(`${assets}/setting.js`);
const { createTrainer } = await import(`${assets}/trainer.js`);

const bytes = (name) => new Uint8Array(readFileSync(`${folder}/${name}`));
const digits = createDigits(bytes("pixels"), bytes("labels"));

// The loss at each copy of the parameters, on the map and by the model itself.
function lossesOnMap(trainer, copies) {
  const some = first(trainer.digits, 50);
  const map = chart(copies);
  const losses = copies.map(async (layers, n) => {
    const [along, beside] = map.path[n];
    const [onMap] = await surface(map, trainer, some, [along], [beside], () => {});
    return [onMap, measure({ ...trainer, layers }, some).loss];
  });
  return Promise.all(losses);
}

const [setting] = fromQuery(query);
const trainer = createTrainer(setting, first(digits, setting.digits));
const losses = [];
const copies = [copy(trainer.layers)];
for (let step = 0; step < 200; step++) {
  trainer.step();
  losses.push(trainer.now.loss);
  if (step % 100 === 99) copies.push(copy(trainer.layers)); // Three copies lie on one plane.
}
const epochs = Math.ceil(200 / trainer.stepsPerEpoch);
const python = toPython(setting, { epochs, source: "uci", heldOut: [1200, 1400] });
const saved = Buffer.from(await toSafetensors(trainer.layers).arrayBuffer()).toString("base64");
const map = await lossesOnMap(trainer, copies);
console.log(JSON.stringify({ losses, python, saved, map }));
