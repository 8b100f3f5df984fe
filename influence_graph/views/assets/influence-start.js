// Everything together: what a hand or a key does, and the first drawing.
const tellDrawn = () => {
  const closed = drawn.folded.circles.size;
  const told = { people: integer(whole.people), all: integer(whole.edges), edges: integer(drawn.lines.length) };
  const sentence = closed && !drawn.shown.size ? word(words.folded, { ...told, shown: integer(closed) }) : word(words.drawn, { ...told, shown: integer(drawn.shown.size) });
  by("drawn").textContent = sentence;
  container.setAttribute("aria-label", `${words.title}. ${sentence}`);
};
const update = (moving = true) => {
  draw();
  ground = grounds();
  if (moving) fit(true);  // asks for sizes, so before the list makes the browser measure again
  list();
  tellDrawn();
  const on = filtersOn();
  by("filters-on").textContent = on ? word(words.filters_on, { on: integer(on) }) : "";
  by("clear").hidden = !on;
  by("fold").textContent = open.size ? words.fold : words.unfold;
  rest();
};
const pick = (i, travel) => {
  if (i !== picked) steps = 1;
  picked = i;
  if (i !== null) open.add(island(i));
  const was = drawn.matching;
  draw();
  ground = grounds();
  tellDrawn();
  if (was !== drawn.matching && was.length !== drawn.matching.length) list();
  mark();
  rest();
  by("said").textContent = i === null ? "" : word(words.picked, { name: name(i), out: integer(outgoing[i].length), in: integer(incoming[i].length) });
  if (i !== null && travel) {
    container.parentElement.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
    network.moveTo({ position: place(i), scale: Math.max(network.getScale(), 0.8), animation: still ? false : { duration: 350 } });
  }
};
// Opening a community that would be too much beside the others closes them.
const unfold = (g) => {
  const people = (h) => nodes.owner.reduce((n, o) => n + (drivers.island[o] === h), 0) + drivers.island.filter((k) => k === h).length;
  if ([...open, g].reduce((sum, h) => sum + people(h), 0) > given.atOnce) open.clear();
  open.add(g);
  update();
};
const fold = () => {
  picked = null;
  open = new Set(open.size ? [] : everything ? range(islands.x.length) : []);
  update();
};

network.on("click", ({ nodes: [id] }) => {
  if (typeof id === "string") { hover(null); unfold(Number(id.slice(1))); }
  else pick(id ?? null, false);
});
network.on("hoverNode", ({ node }) => hover(node));
network.on("blurNode", () => hover(null));
network.on("dragStart", rest);
network.on("zoom", rest);

rows.addEventListener("click", (event) => {
  const line = event.target.closest("tr");
  if (line) pick(Number(line.dataset.id), true);
});
rows.addEventListener("mouseover", (event) => {
  const line = event.target.closest("tr");
  if (line) { pointed = Number(line.dataset.id); redraw(); }
});
rows.addEventListener("mouseleave", () => { pointed = null; redraw(); });
by("more").addEventListener("click", () => { length += ROWS; list(); });
for (const head of document.querySelectorAll("th[data-key]")) {
  head.querySelector("button").addEventListener("click", () => {
    const key = head.dataset.key;
    falling = sorted === key ? !falling : key !== "name";
    sorted = key;
    document.querySelectorAll("th[aria-sort]").forEach((each) => each.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", falling ? "descending" : "ascending");
    list();
    by("said").textContent = `${head.textContent.trim()}: ${falling ? words.descending : words.ascending}`;
  });
}

// Controls hold what `choice` holds, under the same names.
const controls = [...document.querySelectorAll("[data-choice]")];
const read = (control) => (control.type === "checkbox" ? control.checked : ["share", "least", "strongest"].includes(control.dataset.choice) ? Number(control.value) : control.value);
const showShare = () => {
  by("share-line").hidden = !choice.role;
  by("share-said").textContent = percent.format(choice.share / 100);
};
const choosing = (event) => {
  const key = event.target.dataset.choice;
  choice[key] = read(event.target);
  if (key === "strongest" || key === "size") { by("key-size").textContent = words.size[choice.size]; }
  length = ROWS;
  showShare();
  update(key !== "size");
};
controls.forEach((control) => control.addEventListener(control.type === "range" ? "input" : "change", choosing));
const set = () => {
  controls.forEach((control) => {
    const value = choice[control.dataset.choice];
    if (control.type === "checkbox") control.checked = value; else control.value = control.type === "number" && !value ? "" : value;
  });
  showShare();
};
const clearFilters = () => { Object.assign(choice, Object.fromEntries([...filters, "share"].map((key) => [key, untouched[key]]))); };
by("clear").addEventListener("click", () => { clearFilters(); set(); update(); by("filters").querySelector("summary").focus(); });
const offerChoices = (id, pairs) => {
  const control = by(id);
  control.closest("label").hidden = pairs.length < 2;
  control.append(...pairs.map(([value, text]) => new Option(text, value)));
};
offerChoices("platform", [...new Set(drivers.platform.filter(Boolean))].sort().map((platform) => [platform, platform]));
offerChoices("island", range(islands.x.length).sort((a, b) => (islands.community[a] ?? Infinity) - (islands.community[b] ?? Infinity)).map((g) => [g, around(g)]));
const counts = [20, given.strongest, 150].filter((n) => n < heads);
by("strongest").append(...[...counts, heads].map((n, k) => new Option(k < counts.length ? integer(n) : `${integer(n)} (${words.all})`, n)));
if (given.strongest >= heads) choice.strongest = untouched.strongest = heads;
by("strongest").closest("label").hidden = heads <= 20;
by("fold").hidden = islands.x.length < 2;

by("closer").addEventListener("click", () => zoom(1.4));
by("farther").addEventListener("click", () => zoom(1 / 1.4));
by("fold").addEventListener("click", fold);
by("reset").addEventListener("click", () => {
  Object.assign(choice, untouched);
  [picked, sorted, falling, length] = [null, measured, true, ROWS];
  open = new Set(everything ? range(islands.x.length) : []);
  search.value = by("said").textContent = "";
  document.querySelectorAll("th[data-key]").forEach((head) => {
    if (head.dataset.key === measured) head.setAttribute("aria-sort", "descending"); else head.removeAttribute("aria-sort");
  });
  by("key-size").textContent = words.size[choice.size];
  set();
  update();
});
const full = by("full");
full.hidden = !document.fullscreenEnabled;
full.addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : by("work").requestFullscreen()));
document.addEventListener("fullscreenchange", () => {
  full.setAttribute("aria-label", document.fullscreenElement ? words.leave_full : words.full);
  full.title = full.getAttribute("aria-label");
  setTimeout(() => fit(false), 60);
});

// The map by keyboard: arrows walk through those drawn, strongest first; Enter opens a community.
container.addEventListener("keydown", (event) => {
  const strong = drawn.matching.filter((i) => drawn.shown.has(i));
  const closed = [...drawn.folded.circles.keys()].map((g) => `g${g}`);
  const stops = closed.length && !strong.length ? closed : strong;
  const here = stops.indexOf(closed.length && !strong.length ? pointed : picked);
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (step && stops.length) {
    const next = stops[here < 0 ? (step > 0 ? 0 : stops.length - 1) : (here + step + stops.length) % stops.length];
    if (typeof next === "string") { hover(next); by("said").textContent = around(Number(next.slice(1))); } else pick(next, true);
  } else if (event.key === "Enter" && typeof pointed === "string") { const g = Number(pointed.slice(1)); hover(null); unfold(g); }
  else if (event.key === "+" || event.key === "=") zoom(1.4);
  else if (event.key === "-") zoom(1 / 1.4);
  else return;
  event.preventDefault();
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && picked !== null) pick(null, false); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readPaint(); draw(); });
let wide = container.clientWidth;  // vis-network keeps the middle where it was, not everything in view
new ResizeObserver(() => { if (Math.abs(container.clientWidth - wide) > 40) { wide = container.clientWidth; fit(false); } }).observe(container);

set();
update(false);
fit(false);
network.once("afterDrawing", () => { document.documentElement.dataset.drawn = "yes"; });
// For whoever looks at the page from the browser's console.
window.influenceMap = {
  network, pick, name, table, picture,
  drawn: () => drawn,
  at: (i) => network.canvasToDOM(place(i)),
  largest: () => name(range(heads).reduce((a, b) => (radius(b) > radius(a) ? b : a))),
};
