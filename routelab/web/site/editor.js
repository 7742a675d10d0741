// The learner's files: a text area, above its own text in colours, with line numbers and what is not saved yet.
// The colours come from Python, as those of the code in the log do; a line that changed is plain until they come.
import { draft, keepDraft } from "./store.js";

const at = (id) => document.getElementById(id);
const text = at("text"), names = at("name"), numbers = at("numbers"), colours = at("colours");
let files = {}, place = "", open, lines = 0, coloured = new Map(), waitToColour, waitToKeep, colour = async () => [];

const key = (name) => `${place}\n${name}`;
const changed = () => open !== undefined && text.value !== files[open];

export const start = (save, colourLines) => {
  colour = colourLines;
  at("save").addEventListener("click", () => { if (open !== undefined) save(open, text.value); });
  text.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") { event.preventDefault(); at("save").click(); }
  });
  text.addEventListener("input", () => { draw(); keepSoon(); });
  text.addEventListener("scroll", scroll);
  names.addEventListener("change", () => { keepNow(); show(names.value); });
  addEventListener("pagehide", keepNow);
};

const keepSoon = () => { clearTimeout(waitToKeep); waitToKeep = setTimeout(keepNow, 300); };
const keepNow = () => {
  clearTimeout(waitToKeep);
  if (open !== undefined) keepDraft(key(open), changed() ? text.value : undefined);
};

const show = (name) => {
  open = name;
  names.value = name;
  text.value = draft(key(name)) ?? files[name];
  text.setSelectionRange(0, 0);
  coloured = new Map();
  draw();
};

const escaped = (line) => line.replace(/[&<>]/g, (it) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[it]);

const draw = () => {
  const now = text.value.split("\n");
  if (now.length !== lines) numbers.textContent = now.map((_, n) => n + 1).join("\n");
  lines = now.length;
  colours.innerHTML = `${now.map((line) => coloured.get(line) ?? escaped(line)).join("\n")}\n`;
  at("saved").textContent = changed() ? "not saved yet" : "";
  scroll();
  clearTimeout(waitToColour);
  waitToColour = setTimeout(colourNow, 250);
};

const colourNow = async () => {
  const asked = text.value, file = open;
  const told = await colour(file, asked);
  if (told?.length !== asked.split("\n").length || asked !== text.value || file !== open) return;
  coloured = new Map(asked.split("\n").map((line, n) => [line, told[n]]));
  // A line that stands there twice may have two looks, as within a text of many lines: each has its own here.
  colours.innerHTML = `${told.join("\n")}\n`;
  scroll();
};

const scroll = () => {
  numbers.scrollTop = colours.scrollTop = text.scrollTop;
  colours.scrollLeft = text.scrollLeft;
};

// Show the files of a place, one in front where that is asked for; what was typed and not saved stays.
export const showFiles = (now, edit, where) => {
  const moved = where !== place, before = files, unsaved = changed() && !moved;
  if (unsaved && now[open] === text.value) keepDraft(key(open), undefined);
  place = where;
  files = now;
  const all = Object.keys(now);
  const wanted = edit in now ? edit : !moved && open in now ? open : all[0];
  if (JSON.stringify(all) !== JSON.stringify([...names.options].map((it) => it.value))) {
    names.replaceChildren(...all.map((name) => new Option(name, name)));
  }
  at("desk").hidden = wanted === undefined;
  if (wanted === undefined) { open = undefined; return; }
  if (moved || wanted !== open || (!unsaved && before[open] !== now[open])) show(wanted);
  else draw();
  if (edit in now) text.focus();
};
