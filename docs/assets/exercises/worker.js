// Runs Python for the exercises of a page. What it is told: { lesson, code, call }; the first
// message says where the engine lies. What it tells: progress, "ready", text that was printed, and
// what became of the code.
import { loaded } from "../keep.js";
import { arrays } from "./arrays.js";

let python;

const DIGITS = "../../train/digits.safetensors";

async function sha256Of(content) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The digits with which the site was built; none where lessons are still running, as they make them.
async function fetchDigits(address, sha256) {
  for (const cache of ["no-cache", "reload"]) { // What a browser kept may be of another day.
    const response = await fetch(address, { cache });
    if (!response.ok) return undefined;
    const content = await response.arrayBuffer();
    // Over plain HTTP, browsers compute no checksums.
    if (!sha256 || !crypto.subtle || (await sha256Of(content)) === sha256) return content;
  }
  throw new Error("The digits of the exercises arrived damaged; reload the page.");
}

async function fetchFile(name, address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${name} cannot be loaded (${response.status})`);
  return response.arrayBuffer();
}

async function load(engine) {
  const files = await (await fetch(new URL("files.json", engine), { cache: "no-cache" })).json();
  const total = Object.values(files).reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  // The browser keeps what is fetched here, so that Pyodide finds it there.
  const fetched = await Promise.all(
    Object.entries(files).map(async ([name, { size, sha256 }]) => {
      const address = new URL(name, engine);
      const content = await (name === DIGITS ? fetchDigits(address, sha256) : fetchFile(name, address));
      done += size;
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
