// The page: it shows what the session says, in the HTML that Python made.
import * as editor from "./editor.js";
import * as log from "./log.js";
import * as prompt from "./prompt.js";
import * as python from "./python.js";
import * as scene from "./scene.js";
import * as store from "./store.js";

const at = (id) => document.getElementById(id);
let here = "", memory = null, ready = false, asked = Promise.resolve();

store.onTrouble(log.say);

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
  log.say(`The app took Python with it (${why}), so Python was started anew. `
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
  if (typed !== undefined) log.echo(typed);
  try {
    let { reply, failed } = await python.ask(question);
    if (failed) ({ reply, failed } = await beginAgain(failed.trim().split("\n").at(-1)));
    if (failed) throw new Error(failed);
    show(reply);
  } catch (error) {
    log.say(`Python does not start: ${error.message}. Load the page again; what was kept is still there.`);
  } finally {
    inHand -= 1;
    document.body.ariaBusy = String(inHand > 0);
  }
};
// What may wait, and is not asked while something runs.
const askAside = (question) => (asked = asked.then(async () => (await python.ask(question)).reply));

// What is shown

const show = (reply) => {
  prompt.show(reply); // first, since it decides how much room the log has
  if (reply.html) log.show(reply.html);
  if (reply.memory) memory = reply.memory;
  if (here !== reply.here || location.hash.startsWith("#app=")) {
    here = reply.here;
    if (!reply.scene) history.replaceState(null, "", here ? `#${here}` : location.pathname);
  }
  editor.showFiles(reply.files, reply.edit, here.split("/")[0]);
  at("share").hidden = Object.keys(reply.files).length === 0;
  if (reply.link) log.showLink(reply.link);
  if (reply.save) handOut(...reply.save);
  store.keep(reply.kept);
  const was = at("scene").open;
  scene.show(reply.scene);
  if (was && !at("scene").open) log.bringIntoSight();
  if (reply.left) log.say("Everything is kept. You can close this page.");
};

const handOut = (name, content) => {
  const it = document.createElement("a");
  it.href = URL.createObjectURL(new Blob([Uint8Array.from(atob(content), (each) => each.charCodeAt(0))]));
  it.download = name;
  it.click();
  setTimeout(() => URL.revokeObjectURL(it.href), 60000);
};

// Work that leaves the page, and comes back

at("download").addEventListener("click", () => talk({ do: "work" }));
at("share").addEventListener("click", () => talk({ do: "share", address: location.href.split("#")[0] }));
at("take").addEventListener("click", () => at("upload").click());
at("upload").addEventListener("change", async () => {
  const [file] = at("upload").files;
  at("upload").value = "";
  if (!file || !confirm("Files and progress of the same lessons here are replaced. Restore the work?")) return;
  const bytes = new Uint8Array(await file.arrayBuffer());
  let letters = "";
  for (let from = 0; from < bytes.length; from += 32768) letters += String.fromCharCode(...bytes.subarray(from, from + 32768));
  const before = store.kept();
  await talk({ do: "take", zip: btoa(letters) });
  if (store.kept() !== before) { store.forgetDrafts(); location.reload(); }
});

// What is typed and pressed

prompt.start(
  (typed) => talk({ do: "answer", line: typed }, typed),
  async (typed) => (python.busy() ? [] : await askAside({ do: "complete", line: typed }) ?? []),
);
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
const asIs = (fragment) => {
  try {
    return fragment.startsWith("app=") ? fragment : decodeURIComponent(fragment);
  } catch {
    return fragment; // it was cut off within a letter: there is no such place, which Python says
  }
};

const keepOffline = async () => {
  try {
    const kept = await navigator.serviceWorker.register("offline.js");
    const newer = () => {
      // On a first visit nothing was kept yet, so nothing is newer.
      if (!kept.waiting || !navigator.serviceWorker.controller) return;
      log.say("There is a newer version of this site. Close all pages of it, and open it again; your work stays.");
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
    at("demos").hidden = false;
  }
  ready = true;
  askAside({ do: "ahead" }); // while somebody reads
  if (!at("scene").open) prompt.focus();
  if ("serviceWorker" in navigator) keepOffline();
} catch (error) {
  at("doing").textContent = `Python does not start here: ${error.message}`;
}
