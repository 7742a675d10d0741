// The worker that runs Python. It is one process for all: what ends or blocks it is followed by a new one.
const PATIENCE = 60000; // milliseconds for what is routelab's own
const GRACE = 3000; // milliseconds after a limit within which Python itself stops what runs
// A worker keeps to the page's policy only where it was made from a blob; from an address it has none of its own,
// and code in it could talk to anybody.
const START = URL.createObjectURL(new Blob([`import ${JSON.stringify(new URL("worker.js", import.meta.url).href)};`],
  { type: "text/javascript" }));
let worker, waiting, count = 0;

export const begin = (kept, tell) => new Promise((resolve, reject) => {
  worker = new Worker(START, { type: "module" });
  waiting = undefined;
  worker.onerror = (event) => {
    reject(new Error(event.message || "the worker does not start"));
    end({ failed: "it ended" });
  };
  worker.onmessage = ({ data }) => {
    if ("running" in data) { if (waiting) waiting.wind(data.running); return; }
    if (data.doing) {
      tell(data.doing, data.done);
      if (data.done === 1) resolve();
      return;
    }
    if (data.id === undefined) { reject(new Error(data.failed)); return; }
    if (waiting && waiting.id === data.id) end(data);
  };
  worker.postMessage({ do: "start", kept });
});

const end = (answer) => {
  if (!waiting) return;
  const { clock, resolve } = waiting;
  clearTimeout(clock.id);
  waiting = undefined;
  resolve(answer);
};

export const busy = () => waiting !== undefined;
export const stop = () => { worker.terminate(); end({ failed: "it was stopped" }); };

// One question at a time. While an app runs its limit counts, and then it is given up.
export const ask = (question) => new Promise((resolve) => {
  const id = ++count, clock = {};
  const wind = (seconds) => {
    clearTimeout(clock.id);
    const wait = seconds ? seconds * 1000 + GRACE : PATIENCE;
    clock.id = setTimeout(() => end({ failed: "it did not come back" }), wait);
  };
  waiting = { id, clock, wind, resolve };
  wind();
  worker.postMessage({ id, ...question });
});
