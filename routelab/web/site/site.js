// The page: it shows what the session says, in the HTML that Python made, and keeps the learner's files.
const at = (id) => document.getElementById(id);
const log = at("log"), line = at("line"), text = at("text"), names = at("name"), numbers = at("numbers");
const PATIENCE = 20000; // milliseconds; Python itself stops a loop after a few seconds
const STORE = `routelab ${new URL(".", location.href).pathname}`;
const history = [];
let worker, waiting = new Map(), count = 0, files = {}, here = "", seen = 0, kept = "{}", ready = false, asked = Promise.resolve();

const say = (words) => {
  const it = document.createElement("p");
  it.className = "m-warning";
  it.textContent = words;
  log.append(it);
  it.scrollIntoView({ block: "nearest" });
};

// What is kept

const stored = () => {
  try { return localStorage.getItem(STORE) || "{}"; } catch { return "{}"; }
};
let complained = false;
const keep = (all) => {
  const now = JSON.stringify(all);
  if (now === kept) return;
  try {
    if (stored() !== kept && stored() !== "{}" && !complained) {
      complained = true;
      say("The course is open in another tab, too. What was done last, in either of them, is what is kept.");
    }
    localStorage.setItem(STORE, now);
  } catch {
    if (!complained) say("This browser keeps nothing for this page: what you do is gone when you close it.");
    complained = true;
  }
  kept = now;
};

// Python

const begin = () => new Promise((resolve, reject) => {
  worker = new Worker("worker.js", { type: "module" });
  worker.onerror = (event) => reject(new Error(event.message || "the worker does not start"));
  worker.onmessage = ({ data }) => {
    if (data.doing) {
      at("doing").textContent = data.doing;
      at("done").value = data.done;
      if (data.done === 1) resolve();
      return;
    }
    if (data.failed && data.id === undefined) { reject(new Error(data.failed)); return; }
    const done = waiting.get(data.id);
    waiting.delete(data.id);
    if (done) done(data);
  };
  worker.postMessage({ do: "start", kept });
});

const ask = (question) => new Promise((resolve) => {
  const id = ++count;
  const clock = setTimeout(() => { waiting.delete(id); resolve({ failed: "it did not come back" }); }, PATIENCE);
  waiting.set(id, (data) => { clearTimeout(clock); resolve(data); });
  worker.postMessage({ id, ...question });
});

// The worker is one process for all: what ends or blocks it is followed by a new one, at the same page.
const beginAgain = async (why) => {
  worker.terminate();
  waiting = new Map();
  at("starting").hidden = false;
  await begin();
  at("starting").hidden = true;
  say(`The app took Python with it (${why}), so Python was started anew. Your files are as they were; cookies are gone.`);
  return ask({ do: "open", which: here });
};

// One question after the other: Python answers one at a time.
const talk = (question, typed) => (asked = asked.then(async () => {
  document.body.ariaBusy = "true";
  let { reply, failed } = await ask(question);
  if (failed) ({ reply, failed } = await beginAgain(failed.split("\n").at(-1)));
  document.body.ariaBusy = "false";
  if (failed) { say(`Python does not start: ${failed}`); return; }
  show(reply, typed);
}));

// What is shown

const show = (reply, typed) => {
  if (typed !== undefined) {
    const it = document.createElement("p");
    it.className = "typed";
    it.textContent = `> ${typed}`;
    log.append(it);
  }
  const told = document.createElement("div");
  told.innerHTML = reply.html; // text is escaped where it is made
  log.append(told);
  while (log.children.length > 200) log.firstChild.remove();
  (typed === undefined ? told : told.previousSibling).scrollIntoView({ block: "start" });
  at("place").textContent = reply.prompt;
  at("bottom").textContent = reply.bottom;
  line.value = reply.line;
  if (here !== reply.here) {
    here = reply.here;
    window.history.replaceState(null, "", here ? `#${here}` : location.pathname);
  }
  showFiles(reply.files, reply.edit);
  if (reply.save) handOut(...reply.save);
  keep(reply.kept);
  if (reply.left) say("Everything is kept. You can close this page.");
};

const handOut = (name, content) => {
  const it = document.createElement("a");
  it.href = URL.createObjectURL(new Blob([Uint8Array.from(atob(content), (each) => each.charCodeAt(0))]));
  it.download = name;
  it.click();
  setTimeout(() => URL.revokeObjectURL(it.href), 60000);
};

const showFiles = (now, edit) => {
  const unsaved = names.value in files && text.value !== files[names.value] && names.value in now;
  const open = edit in now ? edit : unsaved || names.value in now ? names.value : Object.keys(now)[0];
  const same = JSON.stringify(Object.keys(now)) === JSON.stringify([...names.options].map((it) => it.value));
  if (!same) names.replaceChildren(...Object.keys(now).map((name) => new Option(name, name)));
  files = now;
  at("desk").hidden = open === undefined;
  if (open === undefined) return;
  names.value = open;
  if (!unsaved) text.value = files[open];
  number();
  if (edit in now) text.focus();
};

const number = () => {
  const lines = text.value.split("\n").length;
  if (lines !== seen) numbers.textContent = Array.from({ length: lines }, (_, n) => n + 1).join("\n");
  seen = lines;
  numbers.scrollTop = text.scrollTop;
  at("saved").textContent = text.value === files[names.value] ? "" : "not saved yet";
};

// What is typed

at("prompt").addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = line.value;
  if (typed.trim()) history.push(typed);
  seenLine = history.length;
  line.value = "";
  talk({ do: "answer", line: typed }, typed);
});
let seenLine = 0;
line.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  event.preventDefault();
  seenLine = Math.max(0, Math.min(history.length, seenLine + (event.key === "ArrowUp" ? -1 : 1)));
  line.value = history[seenLine] || "";
});
let offering;
line.addEventListener("input", () => {
  clearTimeout(offering);
  offering = setTimeout(async () => {
    if (waiting.size) return;
    const { reply } = await ask({ do: "complete", line: line.value });
    if (Array.isArray(reply)) at("choices").replaceChildren(...reply.map((it) => new Option(it, it)));
  }, 150);
});
at("download").addEventListener("click", () => talk({ do: "work" }));
at("upload").addEventListener("change", async () => {
  const [file] = at("upload").files;
  at("upload").value = "";
  if (!file || !confirm("Files and progress of the same lessons here are replaced. Take the work back?")) return;
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text64 = "";
  for (let from = 0; from < bytes.length; from += 32768) text64 += String.fromCharCode(...bytes.subarray(from, from + 32768));
  const before = kept;
  await talk({ do: "take", zip: btoa(text64) });
  if (kept !== before) { names.replaceChildren(); location.reload(); }
});
const save = () => {
  const file = names.value;
  if (file in files) talk({ do: "save", file, text: text.value }, `save ${file}`);
};
at("save").addEventListener("click", save);
text.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); save(); }
});
text.addEventListener("input", number);
text.addEventListener("scroll", () => { numbers.scrollTop = text.scrollTop; });
names.addEventListener("change", () => { text.value = files[names.value]; number(); });
addEventListener("hashchange", () => {
  const which = decodeURIComponent(location.hash.slice(1));
  if (ready && which !== here) talk({ do: "open", which });
});
addEventListener("beforeunload", (event) => {
  if (names.value in files && text.value !== files[names.value]) event.preventDefault();
});

// The start

try {
  kept = stored();
  await begin();
  at("starting").hidden = true;
  at("course").hidden = false;
  await talk({ do: "open", which: decodeURIComponent(location.hash.slice(1)) });
  ready = true;
  line.focus();
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("offline.js").catch(() => {});
} catch (error) {
  at("doing").textContent = `Python does not start here: ${error.message}`;
}
