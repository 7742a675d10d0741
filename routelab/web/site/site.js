// The page: it shows what the session says, in the HTML that Python made.
import * as editor from "./editor.js";
import * as python from "./python.js";
import * as scene from "./scene.js";
import * as store from "./store.js";

const at = (id) => document.getElementById(id);
const log = at("log"), line = at("line");
const typedBefore = [];
let here = "", memory = null, ready = false, asked = Promise.resolve(), seenLine = 0;

const paragraph = (kind, words) => {
  const it = document.createElement("p");
  it.className = kind;
  it.textContent = words;
  log.append(it);
  return it;
};
const say = (words) => paragraph("m-warning", words).scrollIntoView({ block: "nearest" });
store.onTrouble(say);

// Python

const tellProgress = (doing, done) => {
  at("doing").textContent = doing;
  at("done").value = done;
};

// A new Python at the same page, with the same files, cookies and headers.
const beginAgain = async (why) => {
  python.stop();
  at("starting").hidden = false;
  await python.begin(store.kept(), tellProgress);
  at("starting").hidden = true;
  say(`The app took Python with it (${why}), so Python was started anew. `
    + "You are at the same page, and your files and cookies are as they were.");
  return python.ask({ do: "open", which: here, memory });
};

// One question after the other: Python answers one at a time.
let inHand = 0;
const talk = (question, typed) => {
  inHand += 1;
  document.body.ariaBusy = "true";
  return (asked = asked.then(() => answered(question, typed)));
};
const answered = async (question, typed) => {
  const echo = typed === undefined ? undefined : paragraph("typed", `> ${typed}`);
  echo?.scrollIntoView({ block: "start" });
  try {
    let { reply, failed } = await python.ask(question);
    if (failed) ({ reply, failed } = await beginAgain(failed.trim().split("\n").at(-1)));
    if (failed) throw new Error(failed);
    show(reply);
  } catch (error) {
    say(`Python does not start: ${error.message}. Load the page again; what was kept is still there.`);
  } finally {
    inHand -= 1;
    document.body.ariaBusy = String(inHand > 0);
  }
};
// What may wait, and is not asked while something runs.
const askAside = (question) => (asked = asked.then(async () => (await python.ask(question)).reply));

// What is shown

const show = (reply) => {
  if (reply.html) {
    const told = document.createElement("div");
    told.innerHTML = reply.html; // text is escaped where it is made
    for (const title of told.querySelectorAll("li[value] > b")) title.replaceChildren(linkTo(title));
    log.append(told);
    while (log.children.length > 200) log.firstChild.remove();
    bringIntoSight(told);
  }
  at("place").textContent = reply.prompt;
  at("enter").textContent = `Enter: ${reply.enter}.`;
  at("words").replaceChildren(...reply.words.map(toPress));
  at("where").textContent = reply.where;
  if (reply.line || reply.html) line.value = reply.line;
  if (reply.memory) memory = reply.memory;
  if (here !== reply.here || location.hash.startsWith("#app=")) {
    here = reply.here;
    if (!reply.scene) history.replaceState(null, "", here ? `#${here}` : location.pathname);
  }
  editor.showFiles(reply.files, reply.edit, here.split("/")[0]);
  at("share").hidden = Object.keys(reply.files).length === 0;
  if (reply.link) showLink(reply.link);
  if (reply.save) handOut(...reply.save);
  store.keep(reply.kept);
  const was = at("scene").open;
  scene.show(reply.scene);
  if (was && !at("scene").open) bringIntoSight(log.querySelector(":scope > div:last-of-type"));
  if (reply.left) say("Everything is kept. You can close this page.");
};

// A reply is read from its beginning; one that ends with what became of a task must have that in sight.
const bringIntoSight = (told) => {
  const typed = told?.previousElementSibling;
  (typed?.matches(".typed") ? typed : told)?.scrollIntoView({ block: "start" });
  const judged = told?.querySelector(".player ~ :is(.m-right, .m-almost, .m-wrong, .m-task)");
  if (judged) told.lastElementChild.scrollIntoView({ block: "nearest" });
};

// A word as a button; one that more belongs to waits for that in the line.
const toPress = ([typed, words]) => {
  const it = document.createElement("button");
  it.type = "button";
  it.textContent = words;
  it.addEventListener("click", () => {
    line.focus();
    if (typed.endsWith(" ")) line.value = typed; else talk({ do: "answer", line: typed }, typed);
  });
  return it;
};

// A lesson in the list, as a link to it.
const linkTo = (title) => {
  const it = document.createElement("a");
  it.href = `#${title.parentElement.value}`;
  it.textContent = title.textContent;
  return it;
};

const showLink = (link) => {
  const box = document.createElement("p"), it = document.createElement("input"), copy = document.createElement("button");
  box.className = "keys";
  it.readOnly = true;
  it.value = link;
  it.ariaLabel = "The link";
  it.className = "link";
  copy.type = "button";
  copy.textContent = "Copy";
  copy.addEventListener("click", () => { it.select(); document.execCommand("copy"); copy.textContent = "Copied"; });
  box.append(it, copy);
  log.append(box);
  box.scrollIntoView({ block: "nearest" });
  it.select();
};

const handOut = (name, content) => {
  const it = document.createElement("a");
  it.href = URL.createObjectURL(new Blob([Uint8Array.from(atob(content), (each) => each.charCodeAt(0))]));
  it.download = name;
  it.click();
  setTimeout(() => URL.revokeObjectURL(it.href), 60000);
};

// What is typed

at("prompt").addEventListener("submit", (event) => {
  event.preventDefault();
  const typed = line.value;
  if (typed.trim()) typedBefore.push(typed);
  seenLine = typedBefore.length;
  line.value = "";
  talk({ do: "answer", line: typed }, typed);
});
line.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  event.preventDefault();
  seenLine = Math.max(0, Math.min(typedBefore.length, seenLine + (event.key === "ArrowUp" ? -1 : 1)));
  line.value = typedBefore[seenLine] || "";
});
let offering;
line.addEventListener("input", () => {
  clearTimeout(offering);
  offering = setTimeout(async () => {
    if (python.busy()) return;
    const found = await askAside({ do: "complete", line: line.value });
    if (Array.isArray(found)) at("choices").replaceChildren(...found.map((it) => new Option(it, it)));
  }, 150);
});

at("download").addEventListener("click", () => talk({ do: "work" }));
at("share").addEventListener("click", () => talk({ do: "share", address: location.href.split("#")[0] }));
at("take").addEventListener("click", () => at("upload").click());
at("upload").addEventListener("change", async () => {
  const [file] = at("upload").files;
  at("upload").value = "";
  if (!file || !confirm("Files and progress of the same lessons here are replaced. Take the work back?")) return;
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text64 = "";
  for (let from = 0; from < bytes.length; from += 32768) text64 += String.fromCharCode(...bytes.subarray(from, from + 32768));
  const before = store.kept();
  await talk({ do: "take", zip: btoa(text64) });
  if (store.kept() !== before) { store.forgetDrafts(); location.reload(); }
});

editor.start(
  (file, text) => talk({ do: "save", file, text }, `save ${file}`),
  (file, text) => askAside({ do: "colour", file, text }),
);
scene.start((word) => talk({ do: "press", word }));
const open = (which) => talk({ do: "open", which });
addEventListener("hashchange", () => {
  const which = asIs(location.hash.slice(1));
  if (ready && which !== here) open(which);
});
// The request of an experiment is encoded once more; everything else is a name.
const asIs = (fragment) => (fragment.startsWith("app=") ? fragment : decodeURIComponent(fragment));

const keepOffline = async () => {
  try {
    const kept = await navigator.serviceWorker.register("offline.js");
    const newer = () => {
      // On a first visit nothing was kept yet, so nothing is newer.
      if (kept.waiting && navigator.serviceWorker.controller) say("There is a newer version of this site. Close all pages of it, and open it again; your work stays.");
    };
    newer();
    kept.addEventListener("updatefound", () => kept.installing.addEventListener("statechange", newer));
  } catch { /* then it needs the network at each visit */ }
};

// The start

try {
  await python.begin(store.load(), tellProgress);
  at("starting").hidden = true;
  at("course").hidden = false;
  await open(asIs(location.hash.slice(1)));
  const demos = await askAside({ do: "demos" });
  for (const [name, title] of Array.isArray(demos) ? demos : []) {
    const it = document.createElement("a");
    it.href = `#demo/${name}`;
    it.textContent = title;
    at("demos").append(it);
  }
  ready = true;
  askAside({ do: "ahead" }); // while somebody reads
  if (!at("scene").open) line.focus();
  if ("serviceWorker" in navigator) keepOffline();
} catch (error) {
  at("doing").textContent = `Python does not start here: ${error.message}`;
}
