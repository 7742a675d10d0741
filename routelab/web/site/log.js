// The log: what was typed, and what was said to it, in the HTML that Python made.
const log = document.getElementById("log");
const MOST = 200; // elements that are kept

const paragraph = (kind, words) => {
  const it = document.createElement("p");
  it.className = kind;
  it.textContent = words;
  log.append(it);
  return it;
};

export const echo = (typed) => paragraph("typed", `> ${typed}`).scrollIntoView({ block: "start" });
export const say = (words) => paragraph("m-warning", words).scrollIntoView({ block: "nearest" });

export const show = (html) => {
  const told = document.createElement("div");
  told.innerHTML = html; // text is escaped where it is made
  for (const title of told.querySelectorAll("li[value] > b")) title.replaceChildren(linkTo(title));
  log.append(told);
  while (log.children.length > MOST) log.firstChild.remove();
  bringIntoSight();
};

// The last reply is read from its beginning; what became of a task must be in sight, and stands at its end.
export const bringIntoSight = () => {
  const told = log.querySelector(":scope > div:last-of-type"), typed = told?.previousElementSibling;
  (typed?.matches(".typed") ? typed : told)?.scrollIntoView({ block: "start" });
  const judged = told?.querySelector(".player ~ :is(.m-right, .m-almost, .m-wrong, .m-task)");
  if (judged) told.lastElementChild.scrollIntoView({ block: "nearest" });
};

// Whether the log is moved or the whole page depends on the window (site.css): what was read stays in sight.
matchMedia("(min-width: 60.01rem) and (min-height: 34rem)").addEventListener("change", bringIntoSight);

// A lesson in the list, as a link to it.
const linkTo = (title) => {
  const it = document.createElement("a");
  it.href = `#${title.parentElement.value}`;
  it.textContent = title.textContent;
  return it;
};

// A link to an experiment, to be copied.
export const showLink = (link) => {
  const box = paragraph("keys", ""), it = document.createElement("input"), copy = document.createElement("button");
  it.readOnly = true;
  it.value = link;
  it.ariaLabel = "The link";
  it.className = "link";
  copy.type = "button";
  copy.textContent = "Copy";
  copy.addEventListener("click", () => { it.select(); document.execCommand("copy"); copy.textContent = "Copied"; });
  box.append(it, copy);
  it.select();
  box.scrollIntoView({ block: "nearest" });
};
