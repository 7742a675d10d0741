// Runs Python: the session and the learner's apps. The page ends this worker where it does not answer.
import * as compiled from "./compiled.js";
import { PINNED, WHERE } from "./pyodide.js";

const ROOT = "/lib/routelab";
let tab, keepCompiled;
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
  const before = packed.then(compiled.find);
  const indexURL = new URL(WHERE, import.meta.url).href;
  await Promise.all(Object.entries(PINNED).map(checked));
  const { loadPyodide } = await import(`${indexURL}pyodide.mjs`);
  const python = await loadPyodide({ indexURL, checkAPIVersion: true });
  tell("Unpacking the lessons ...", 0.6);
  const unpack = (zip) => python.unpackArchive(zip, "zip", { extractDir: ROOT });
  unpack(await packed);
  if (await before) unpack(await before);
  tell("Opening the course ...", 0.75);
  const running = (seconds) => postMessage({ running: seconds ?? null });
  python.runPython(`
import sys
sys.path.insert(0, "${ROOT}")
from routelab.web.compiled import compiled_modules, modules_are_kept
with modules_are_kept():
    from routelab.web.tab import Tab`);
  tab = python.globals.get("Tab")("/home/learner", kept, running);
  keepCompiled = async () => {
    if (!await before) await compiled.keep(await packed, python.globals.get("compiled_modules")(ROOT).toJs());
  };
  tell("Ready", 1);
};

onmessage = async ({ data }) => {
  try {
    if (data.do === "start") await start(data.kept);
    else postMessage({ id: data.id, reply: JSON.parse(tab.do(JSON.stringify(data))) });
    if (data.do === "ahead") await keepCompiled();
  } catch (error) {
    postMessage({ id: data.id, failed: String(error).slice(-600) });
  }
};
