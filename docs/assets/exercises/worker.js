// Runs Python for the exercises of a page. What it is told: { lesson, code, call }; the first
// message says where the engine lies. What it tells: progress, "ready", text that was printed, and
// what became of the code.
import { loaded } from "../keep.js";
import { arrays } from "./arrays.js";

let python;

const DIGITS = "../../train/digits.safetensors";

async function load(engine) {
  const files = await (await fetch(new URL("files.json", engine))).json();
  const total = Object.values(files).reduce((sum, size) => sum + size, 0);
  let done = 0;
  // The browser keeps what is fetched here, so that Pyodide finds it there.
  const fetched = await Promise.all(
    Object.keys(files).map(async (name) => {
      const response = await fetch(new URL(name, engine));
      if (!response.ok && name !== DIGITS) throw new Error(`${name} cannot be loaded (${response.status})`);
      const content = response.ok && (await response.arrayBuffer());
      done += files[name];
      postMessage({ kind: "progress", share: (0.9 * done) / total });
      return [name, content];
    }),
  );
  const contents = Object.fromEntries(fetched);
  const [{ loadPyodide }, numpyTs] = await Promise.all([
    import(new URL("pyodide.mjs", engine)),
    import(new URL("numpy-ts.browser.js", engine)),
  ]);
  self.numpyTs = arrays(numpyTs);
  python = await loadPyodide({ indexURL: engine });
  postMessage({ kind: "progress", share: 0.95 });
  python.unpackArchive(contents["python.zip"], "zip", { extractDir: "/python" });
  if (contents[DIGITS]) {
    python.FS.writeFile("/python/digits.safetensors", new Uint8Array(contents[DIGITS]));
  }
  python.runPython("import sys; sys.path.insert(0, '/python'); import reader; reader.start()");
  postMessage({ kind: "ready", loaded: loaded() });
}

let loading;
onmessage = async ({ data }) => {
  try {
    loading ??= load(data.engine);
    await loading;
    if (data.code === undefined) return;
    const reader = python.pyimport("reader");
    const send = (text) => postMessage({ kind: "printed", text });
    const draw = (height, width, colors, title) => {
      postMessage({ kind: "picture", height, width, colors, title });
    };
    const result = reader.run(data.lesson, data.code, data.call, send, draw);
    reader.destroy();
    postMessage({ kind: "done", ...JSON.parse(result) });
  } catch (error) {
    postMessage({ kind: "failed", reason: String(error.message ?? error) });
  }
};
