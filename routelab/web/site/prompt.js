// The line that is typed: what was typed before, how it could go on, and what can be pressed instead.
const at = (id) => document.getElementById(id);
const line = at("line");
const typedBefore = [];
let answer, seen = 0, waitToOffer;

export const focus = () => line.focus();

// `answered` takes a line; `completed` gives the whole lines that one may become.
export const start = (answered, completed) => {
  answer = answered;
  at("prompt").addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = line.value;
    if (typed.trim()) typedBefore.push(typed);
    seen = typedBefore.length;
    line.value = "";
    answer(typed);
  });
  line.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    seen = Math.max(0, Math.min(typedBefore.length, seen + (event.key === "ArrowUp" ? -1 : 1)));
    line.value = typedBefore[seen] || "";
  });
  line.addEventListener("input", () => {
    clearTimeout(waitToOffer);
    waitToOffer = setTimeout(async () => {
      at("choices").replaceChildren(...(await completed(line.value)).map((it) => new Option(it, it)));
    }, 150);
  });
};

export const show = ({ prompt, enter, words, where, line: next, html }) => {
  at("place").textContent = prompt;
  at("enter").textContent = `Enter: ${enter}.`;
  at("words").replaceChildren(...words.map(button));
  at("where").textContent = where;
  if (next || html) line.value = next;
};

// A word as a button; one that more belongs to waits for that in the line.
const button = ([typed, words]) => {
  const it = document.createElement("button");
  it.type = "button";
  it.textContent = words;
  it.addEventListener("click", () => {
    line.focus();
    if (typed.endsWith(" ")) line.value = typed; else answer(typed);
  });
  return it;
};
