// Plays the steps of a trace one by one. Without it, all of them are there to read.
const players = [...document.querySelectorAll(".player")].map((box) => {
  const steps = [...box.querySelectorAll(".step")];
  const keys = document.createElement("div"), said = document.createElement("span");
  let at = 0, all = false;
  const button = (text, move) => {
    const it = document.createElement("button");
    it.type = "button";
    it.textContent = text;
    it.onclick = move;
    keys.append(it);
    return it;
  };
  const show = () => {
    box.classList.toggle("playing", !all);
    steps.forEach((step, number) => step.classList.toggle("now", all || number === at));
    back.disabled = !all && at === 0;
    next.disabled = all || at === steps.length - 1;
    said.textContent = all ? `All ${steps.length} steps` : `Step ${at + 1} of ${steps.length}`;
  };
  const to = (where) => { all = false; at = Math.max(0, Math.min(where, steps.length - 1)); show(); };
  const moves = {
    next: () => all || to(at + 1), back: () => to(all ? steps.length - 1 : at - 1),
    all: () => { all = true; show(); }, first: () => to(0),
  };
  const back = button("Back", moves.back), next = button("Next", moves.next);
  button("All steps", moves.all);
  keys.className = "keys";
  said.setAttribute("role", "status");
  keys.append(said);
  box.prepend(keys);
  if (steps.length < 2) { all = true; keys.hidden = true; }
  show();
  return { box, moves };
});
const names = { ArrowRight: "next", " ": "next", Enter: "next", ArrowLeft: "back", b: "back", End: "all",
  a: "all", Home: "first" };
document.addEventListener("keydown", (event) => {
  const move = names[event.key], held = event.ctrlKey || event.altKey || event.metaKey;
  const inside = event.target.closest("button, summary, a, .wide");
  if (!move || held || (inside && (event.key === " " || event.key === "Enter" || inside.matches(".wide")))) return;
  const own = players.find((it) => it.box.contains(event.target)) || (players.length === 1 && players[0]);
  if (own) { own.moves[move](); event.preventDefault(); }
});
// Paper has no folds: answers are open while it is printed.
addEventListener("beforeprint", () => document.querySelectorAll("details:not([open])").forEach((it) => {
  it.open = true;
  addEventListener("afterprint", () => { it.open = false; }, { once: true });
}));
