// One Python, in a worker, serves all exercises of a visit. It loads when the reader begins to write,
// or at the first run. If code does not end, we end its worker and load the next one at once.
import { keep } from "../keep.js";

const texts = new Map();

async function lessonText(address) {
  if (!texts.has(address)) {
    const response = await fetch(address);
    if (!response.ok) throw new Error(`${address} cannot be loaded (${response.status})`);
    texts.set(address, await response.text());
  }
  return texts.get(address);
}

class Engine {
  ready = false;
  #prepared = false;
  #worker;
  #job; // What runs: how to end it, and what it tells.

  #start() {
    const folder = document.querySelector(".exercise[data-engine]").dataset.engine;
    const address = new URL(folder, document.baseURI).href;
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => this.#hear(worker, data);
    worker.onerror = ({ message }) => this.#hear(worker, { kind: "failed", reason: message ?? "" });
    worker.postMessage({ engine: address });
    this.#worker = worker;
  }

  #hear(worker, { kind, ...told }) {
    if (worker !== this.#worker) return;
    if (kind === "progress") this.#job?.progress(told.share);
    if (kind === "printed") this.#job?.printed(told.text);
    if (kind === "picture") this.#job?.drawn(told);
    if (kind === "ready") {
      this.ready = true;
      keep(told.loaded);
      this.#job?.began();
    }
    if (kind === "done") this.#end(told);
    if (kind === "failed") {
      const what = this.ready
        ? "Python has ended. Run the code again to start another one."
        : "Python cannot be loaded here. Run the code again, or open the notebook in Colab.";
      this.#drop();
      this.#end({ error: `${what}\n${told.reason}` });
    }
  }

  #end(result) {
    const job = this.#job;
    this.#job = undefined;
    clearTimeout(job?.timer);
    job?.ended(result);
  }

  #drop() {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.ready = false;
  }

  // Loads Python for a run that is likely to come. A reader who saves data decides with Run.
  prepare() {
    if (this.#prepared || navigator.connection?.saveData) return;
    this.#prepared = true;
    if (!this.#worker) this.#start();
  }

  // Runs code; the promise is fulfilled with its verdict, or its error.
  run(task, { limit, progress, printed, drawn }) {
    this.stop("Another exercise was started.", false);
    if (!this.#worker) this.#start();
    return new Promise((ended) => {
      const job = {
        progress,
        printed,
        drawn,
        ended,
        began: () => {
          clearTimeout(job.timer);
          progress(1);
          const late = `Stopped after ${limit / 1000} seconds. Is there a loop that does not end?`;
          job.timer = setTimeout(() => this.stop(late), limit);
        },
      };
      this.#job = job;
      // Another run may have begun, or this one been stopped, before the lesson's text is here.
      lessonText(task.lesson).then(
        (lesson) => {
          if (job !== this.#job) return;
          if (this.ready) job.began();
          this.#worker.postMessage({ ...task, lesson });
        },
        ({ message }) => job === this.#job && this.#end({ error: message }),
      );
    });
  }

  // Ends what runs. A worker that computes hears nothing, so it has to go; another one takes its
  // place at once.
  stop(words, again = true) {
    if (!this.#job) return;
    this.#drop();
    this.#end({ error: words });
    if (again && document.querySelector(".exercise[data-engine]")) this.#start();
  }
}

export const engine = new Engine();
