// What the browser keeps for this address: the learner's files, and what was typed and is not saved yet.
// Nobody writes over what another tab has kept since: a tab that is behind says so, and keeps nothing more.
const STORE = `routelab ${new URL(".", location.href).pathname}`, DRAFTS = `${STORE} drafts`;
const EMPTY = "{}";
let last = EMPTY, behind = false, full = false, tell = () => {};

const read = (name) => {
  try { return localStorage.getItem(name) || EMPTY; } catch { return EMPTY; }
};

const fallBehind = () => {
  if (behind) return;
  behind = true;
  tell("The course was opened in another tab, which keeps its work now. What you do in this one is not kept: "
    + "load this page again to go on here.");
};

export const onTrouble = (say) => { tell = say; };
export const kept = () => last;
export const load = () => (last = read(STORE));

export const keep = (all) => {
  const now = JSON.stringify(all);
  if (now === last) return;
  if (!behind && read(STORE) !== last) fallBehind();
  if (!behind) {
    try {
      localStorage.setItem(STORE, now);
      full = false;
    } catch {
      if (!full) {
        tell("This browser has no room for your work, or may not keep it: what you do from now on is gone when "
          + "you close the page. Download my work saves it in a file.");
      }
      full = true;
      return; // what was kept before stays; the next change is tried again
    }
  }
  last = now;
};
addEventListener("storage", (event) => { if (event.key === STORE && event.newValue !== last) fallBehind(); });

let drafts = JSON.parse(read(DRAFTS));
export const draft = (name) => drafts[name];
export const keepDraft = (name, text) => {
  if (drafts[name] === text) return;
  if (text === undefined) delete drafts[name]; else drafts[name] = text;
  if (behind) return;
  try { localStorage.setItem(DRAFTS, JSON.stringify(drafts)); } catch { /* `keep` says it */ }
};
export const forgetDrafts = () => {
  drafts = {};
  try { localStorage.removeItem(DRAFTS); } catch { /* there were none */ }
};
