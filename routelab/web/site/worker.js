// Runs Python: the session and the learner's apps. The page ends this worker where it does not answer.
import { PINNED, WHERE } from "./pyodide.js";

let tab;
const tell = (doing, done) => postMessage({ doing, done });

// What comes from elsewhere is what was tried, to the byte, or nothing is run.
const checked = async ([address, integrity]) => {
  try {
    await (await fetch(address, { integrity })).arrayBuffer();
  } catch {
    throw new Error(`${address} cannot be had, or is not the Pyodide that this site was made for`);
  }
};

const start = async (kept) => {
  tell("Loading Python ...", 0.1);
  const packed = fetch(new URL("python.zip", import.meta.url)).then((found) => found.arrayBuffer());
  const indexURL = new URL(WHERE, import.meta.url).href;
  await Promise.all(Object.entries(PINNED).map(checked));
  const { loadPyodide } = await import(`${indexURL}pyodide.mjs`);
  const python = await loadPyodide({ indexURL, checkAPIVersion: true });
  tell("Unpacking the lessons ...", 0.6);
  python.unpackArchive(await packed, "zip", { extractDir: "/lib/routelab" });
  tell("Opening the course ...", 0.75);
  python.runPython("import sys; sys.path.insert(0, '/lib/routelab')");
  const running = (seconds) => postMessage({ running: seconds ?? null });
  tab = python.pyimport("routelab.web.tab").Tab("/home/learner", kept, running);
  tell("Ready", 1);
};

onmessage = async ({ data }) => {
  try {
    if (data.do === "start") await start(data.kept);
    else postMessage({ id: data.id, reply: JSON.parse(tab.do(JSON.stringify(data))) });
  } catch (error) {
    postMessage({ id: data.id, failed: String(error).slice(-600) });
  }
};
