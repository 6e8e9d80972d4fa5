// Trains in JavaScript what test_train.py asks for: settings as addresses hold them. Prints the
// losses of 200 steps and the program that the page shows.
import { readFileSync } from "node:fs";

const [assets, folder, queries] = process.argv.slice(2);
const { createDigits, first } = await import(`${assets}/digits.js`);
const { toSafetensors } = await import(`${assets}/files.js`);
const { toPython } = await import(`${assets}/python.js`);
const { fromQuery } = await import(`${assets}/setting.js`);
const { createTrainer } = await import(`${assets}/trainer.js`);

const bytes = (name) => new Uint8Array(readFileSync(`${folder}/${name}`));
const digits = createDigits(bytes("pixels"), bytes("labels"));

const found = JSON.parse(queries).map(async (query) => {
  const [setting] = fromQuery(query);
  const trainer = createTrainer(setting, first(digits, setting.digits));
  const losses = [];
  for (let step = 0; step < 200; step++) {
    trainer.step();
    losses.push(trainer.now.loss);
  }
  const epochs = Math.ceil(200 / trainer.stepsPerEpoch);
  const python = toPython(setting, { epochs, source: "uci", heldOut: [1200, 1400] });
  const saved = Buffer.from(await toSafetensors(trainer.layers).arrayBuffer()).toString("base64");
  return { losses, python, saved };
});
console.log(JSON.stringify(await Promise.all(found)));
