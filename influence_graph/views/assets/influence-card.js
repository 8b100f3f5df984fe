// The card: what is known of a person, beside a pointer or, for whoever was picked, docked.
const card = by("card");
const line = (dl, term, text, aside) => {
  const dd = make("dd", { textContent: text });
  if (aside) dd.append(make("small", { textContent: aside }));
  dl.append(make("dt", { textContent: term }), dd);
};
const facts = (i) => {
  const dl = make("dl");
  if (!isDriver(i)) return dl;
  if (measured === "driven") {
    line(dl, words.driven, amount(drivers.driven[i]), between(drivers.driven_low[i], drivers.driven_high[i]));
    line(dl, words.followers, amount(drivers.followers[i]));
    line(dl, words.lift, times(drivers.lift[i]), between(drivers.lift_low[i], drivers.lift_high[i], times));
    if (drivers.ripple[i] >= 0.05) line(dl, words.ripple, amount(drivers.ripple[i]));
  } else {
    line(dl, words.audience, amount(drivers.audience[i]));
    line(dl, words.followers, amount(drivers.followers[i]));
  }
  return dl;
};
const mixture = (parts) => {
  const dl = make("dl", { className: "mix" });
  roles.forEach((role, k) => {
    dl.append(make("dt", {}, make("span", { className: `dot ${role}` }), words[role]), make("dd", { textContent: percent.format(parts[k]) }));
  });
  return [stack(parts), dl];
};
const NAMED = 5;
// The strongest ties first, the ones with a name as buttons to walk on.
const ties = (list, end, title) => {
  if (!list.length) return [];
  const heavy = list.slice().sort((a, b) => edges.width[b] - edges.width[a]).map((e) => edges[end][e]);
  const known = heavy.filter(isDriver).slice(0, NAMED);
  const items = known.map((i) => {
    const walk = make("button", { type: "button", className: "walk", textContent: name(i) });
    walk.addEventListener("click", () => pick(i, true));
    return make("li", {}, walk);
  });
  const rest = heavy.length - known.length;
  if (known.length && rest) items.push(make("li", { className: "muted", textContent: word(words.also, { rest: integer(rest) }) }));
  return [make("p", { className: "ties" }, `${title}: `, make("b", { textContent: integer(heavy.length) })), make("ul", { className: "names" }, ...items)];
};
const fill = (i, docked) => {
  const where = [isDriver(i) ? drivers.platform[i] : null, islands.x.length > 1 ? community(island(i)) : null].filter(Boolean).join(" · ");
  card.replaceChildren(make("strong", { textContent: name(i) }));
  if (where) card.append(make("p", { className: "muted", textContent: where }));
  card.append(facts(i));
  if (hasRoles(i)) card.append(...mixture(roles.map((role) => drivers[role][i])));
  if (isDriver(i) && drivers.beats[i]) card.append(make("span", { className: "chip beats", textContent: words.beats }));
  if (docked) {
    card.append(...ties(outgoing[i], "to", words.influences), ...ties(incoming[i], "from", words.influenced));
    const further = make("button", { type: "button", className: "plain", textContent: steps > 1 ? words.one_step : words.two_steps });
    further.addEventListener("click", () => { steps = steps > 1 ? 1 : 2; pick(i, false); card.querySelector(".plain").focus(); });
    const close = make("button", { type: "button", className: "close", textContent: "×" });
    close.setAttribute("aria-label", words.close);
    close.addEventListener("click", () => { pick(null, false); container.focus(); });
    card.append(further, close);
  } else {
    if (outgoing[i].length) card.append(make("p", { className: "ties", textContent: `${words.influences}: ${integer(outgoing[i].length)}` }));
    if (incoming[i].length) card.append(make("p", { className: "ties", textContent: `${words.influenced}: ${integer(incoming[i].length)}` }));
  }
};
const fillIsland = (g) => {
  const circle = drawn.folded.circles.get(g);
  const dl = make("dl");
  line(dl, words[measured], amount(circle.sum));
  line(dl, words.here, integer(circle.people));
  card.replaceChildren(make("strong", { textContent: around(g) }), dl);
  const sum = circle.mix.reduce((a, b) => a + b, 0);
  if (sum > 0) card.append(...mixture(circle.mix.map((part) => part / sum)));
  card.append(make("p", { className: "ties muted", textContent: words.open }));
};
const float = (at, away) => {
  card.className = "";
  card.hidden = false;
  const right = at.x + away + card.offsetWidth < container.clientWidth;
  const left = right ? at.x + away : at.x - away - card.offsetWidth;
  card.style.left = `${Math.max(8, Math.min(left, container.clientWidth - card.offsetWidth - 8))}px`;
  card.style.top = `${Math.max(8, Math.min(at.y - 40, container.clientHeight - card.offsetHeight - 8))}px`;
};
const rest = () => {
  if (picked === null) { card.hidden = true; return; }
  fill(picked, true);
  // On the side where it hides less of what a click brings out, and never whoever was clicked.
  const [wide, cover] = [container.clientWidth, 320];
  const across = (i) => network.canvasToDOM(place(i)).x;
  const under = (from, to) => [...drawn.near].filter((i) => across(i) > from && across(i) < to).length;
  const leftIsFree = across(picked) > cover && (under(0, cover) <= under(wide - cover, wide) || across(picked) > wide - cover);
  card.className = `docked ${leftIsFree ? "left" : "right"}`;
  card.style.left = card.style.top = "";
  card.hidden = false;
};
const hover = (id) => {
  pointed = id;
  container.style.cursor = id === null ? "" : "pointer";
  if (id === null || id === picked) rest();
  else if (typeof id === "string") {
    const g = Number(id.slice(1));
    fillIsland(g);
    float(network.canvasToDOM({ x: islands.x[g], y: islands.y[g] }), drawn.folded.circles.get(g).radius * network.getScale() + 14);
  } else {
    fill(id, false);
    float(network.canvasToDOM(place(id)), radius(id) * network.getScale() + 14);
  }
  redraw();
};
