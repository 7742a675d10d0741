// What takes the whole page for a while: a trace that is played, or a demo. Python says what is shown and what
// can be done; here is which key means what.
const at = (id) => document.getElementById(id);
const box = at("scene"), shown = at("scene-shown"), keys = at("scene-keys"), own = at("own-line");
const COMMON = { ArrowRight: "forward", ArrowDown: "forward", PageDown: "forward", " ": "forward",
  Enter: "forward", ArrowLeft: "back", ArrowUp: "back", PageUp: "back", Backspace: "back" };
const PLAYED = { ...COMMON, b: "back", a: "rest", End: "rest", t: "try", e: "edit", s: "builtin", "?": "word" };
const DEMO = { ...COMMON, Enter: "enter", ".": "black", r: "restart", Home: "begin", n: "next", p: "previous",
  "+": "more", "=": "more", "-": "less", a: "hand a", b: "hand b", c: "hand c", d: "hand d" };
let press = () => {}, words = PLAYED, focus;

export const start = (pressed) => {
  press = pressed;
  box.addEventListener("cancel", (event) => { event.preventDefault(); press("leave"); });
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") { event.preventDefault(); press("leave"); return; }
    const inside = event.target.closest("button, input, .pane, .wide");
    const moves = inside && !inside.matches("button, input") && event.key.startsWith("Arrow");
    if (inside && (inside.matches("input") || moves || event.key === " " || event.key === "Enter")) return;
    const word = /^[0-9]$/.test(event.key) && words === DEMO ? `digit ${event.key}` : words[event.key];
    if (word) { event.preventDefault(); press(word); }
  });
  at("own").addEventListener("submit", (event) => {
    event.preventDefault();
    press(`run ${own.value}`);
  });
};

const button = ({ word, text, works }) => {
  const it = document.createElement("button");
  it.type = "button";
  it.textContent = text;
  it.dataset.word = word;
  it.disabled = !works;
  it.addEventListener("click", () => press(word));
  return it;
};

export const show = (scene) => {
  if (!scene) {
    if (box.open) { box.close(); if (focus) focus.focus(); }
    return;
  }
  if (!box.open) { focus = document.activeElement; box.showModal(); }
  const focused = document.activeElement.dataset.word;
  words = scene.keys.some((key) => key.word === "black") ? DEMO : PLAYED;
  box.ariaLabel = scene.name;
  box.classList.toggle("black", scene.black);
  box.classList.toggle("demo", words === DEMO);
  shown.innerHTML = scene.html; // text is escaped where it is made
  keys.replaceChildren(...scene.keys.map(button));
  at("scene-said").textContent = scene.said;
  at("own").hidden = !scene.typing;
  if (words === DEMO) shown.scrollTop = shown.scrollHeight; // what was revealed last stands last
  for (const it of shown.querySelectorAll(".pane")) {
    const here = it.querySelector(".here") || it.querySelector(".focus");
    if (here) it.scrollTop = here.offsetTop - it.offsetTop - it.clientHeight / 2;
  }
  const again = focused && [...keys.children].find((it) => it.dataset.word === focused && !it.disabled);
  if (again) again.focus();
  else if (scene.typing) own.focus();
  else shown.focus();
};
