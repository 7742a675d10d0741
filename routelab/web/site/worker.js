// Runs Python: the session and the learner's apps. The page ends this worker where it does not answer.
import { loadPyodide } from "./pyodide/pyodide.mjs";

let tab;
const tell = (doing, done) => postMessage({ doing, done });

const start = async (kept) => {
  tell("Loading Python ...", 0.1);
  const packed = fetch("python.zip").then((found) => found.arrayBuffer());
  const python = await loadPyodide({ indexURL: new URL("pyodide/", import.meta.url).href, checkAPIVersion: true });
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
