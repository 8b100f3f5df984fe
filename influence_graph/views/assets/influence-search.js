// Search by name, with suggestions: marks and case do not matter, so "nguyen" finds "Nguyễn".
const [search, suggestions] = [by("search"), by("suggestions")];
const spelled = range(heads).map((i) => plain(name(i)));
const MOST = 8;
let [offered, at] = [[], -1];

const point = (to) => {
  at = to;
  [...suggestions.children].forEach((item, k) => item.setAttribute("aria-selected", String(k === at)));
  if (at >= 0) {
    search.setAttribute("aria-activedescendant", `suggestion-${at}`);
    suggestions.children[at].scrollIntoView({ block: "nearest" });
  } else search.removeAttribute("aria-activedescendant");
};
const close = () => {
  suggestions.hidden = true;
  search.setAttribute("aria-expanded", "false");
  point(-1);
};
const take = (i) => { search.value = name(i); close(); pick(i, true); };
const offer = () => {
  const asked = plain(search.value.trim());
  const found = asked ? range(heads).filter((i) => spelled[i].includes(asked)) : [];
  // Names that begin so come before names that hold it somewhere; the strongest first among both.
  offered = found.sort((a, b) => spelled[b].startsWith(asked) - spelled[a].startsWith(asked) || a - b).slice(0, MOST);
  suggestions.replaceChildren(...offered.map((i, k) => {
    const item = make("li", { id: `suggestion-${k}`, role: "option", textContent: name(i) });
    item.setAttribute("role", "option");
    item.append(make("span", { className: "muted", textContent: said[measured](drivers[measured][i]) }));
    item.addEventListener("mousedown", (event) => { event.preventDefault(); take(i); });
    return item;
  }));
  suggestions.hidden = !offered.length;
  search.setAttribute("aria-expanded", String(offered.length > 0));
  point(-1);
  by("said").textContent = !asked ? "" : found.length ? word(words.found, { found: integer(found.length) }) : words.none;
};
search.addEventListener("input", offer);
search.addEventListener("blur", close);
search.addEventListener("keydown", (event) => {
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (move && offered.length) {
    event.preventDefault();
    if (suggestions.hidden) offer();
    point((at + move + offered.length) % offered.length);
  } else if (event.key === "Enter" && offered.length) {
    event.preventDefault();
    take(offered[Math.max(at, 0)]);
  } else if (event.key === "Escape" && !suggestions.hidden) {
    event.stopPropagation();
    close();
  }
});
