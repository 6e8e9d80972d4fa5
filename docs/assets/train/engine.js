// The page's side of the worker: what it is told, and what it answers.

export function createEngine({ stated, failed }) {
  const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  const waiting = new Map();
  let questions = 0;

  worker.onmessage = ({ data }) => {
    if (data.kind === "state") stated(data);
    else {
      waiting.get(data.id)(data.result);
      waiting.delete(data.id);
    }
  };
  worker.onerror = (event) => failed(event.message);

  return {
    tell(kind, message = {}, buffers = []) {
      worker.postMessage({ kind, ...message }, buffers);
    },
    // A promise of the answer.
    ask(kind, message = {}) {
      const id = ++questions;
      worker.postMessage({ kind, id, ...message });
      return new Promise((resolve) => waiting.set(id, resolve));
    },
    stop: () => worker.terminate(),
  };
}
