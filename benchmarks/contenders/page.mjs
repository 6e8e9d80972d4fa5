// The page Train's own modules, without the page: `node page.mjs FOLDER SETTING`. FOLDER has the
// pixels and the labels of digits to learn from and to test on, and SETTING is what an address of
// the page has after its question mark.
// Prints `ready`, trains an epoch for each line that it reads, and answers with an empty line. At
// the end of the lines it prints the accuracy on the test digits.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createDigits } from "../../docs/assets/train/digits.js";
import { measure } from "../../docs/assets/train/network.js";
import { fromQuery } from "../../docs/assets/train/setting.js";
import { createTrainer } from "../../docs/assets/train/trainer.js";

const [folder, query] = process.argv.slice(2);
const [setting] = fromQuery(query);
const read = (name) => new Uint8Array(readFileSync(`${folder}/${name}`));
const digits = (part) => createDigits(read(`${part}_pixels`), read(`${part}_labels`));
const trainer = createTrainer(setting, digits("train"));
const test = digits("test");

console.log("ready");
for await (const _ of createInterface({ input: process.stdin })) {
  for (let step = 0; step < trainer.stepsPerEpoch; step++) trainer.step();
  console.log();
}
console.log(measure(trainer, test).accuracy);
