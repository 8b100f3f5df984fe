// The list: everybody the filters let through, sortable; whoever can't see the drawing loses nothing.
const rows = by("rows");
const ROWS = 100;
let [sorted, falling, length] = [measured, true, ROWS];

const make = (tag, settings = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), settings);
  element.append(...children);
  return element;
};
const stack = (parts) => {
  const whole = make("span", { className: "stack" });
  roles.forEach((role, k) => {
    const part = make("span", { className: role });
    part.style.width = `${100 * parts[k]}%`;
    whole.append(part);
  });
  return whole;
};
const mix = (i) => roles.filter((role) => drivers[role][i] >= 0.005).map((role) => `${words[role]} ${percent.format(drivers[role][i])}`).join(", ");

const order = (shown) => shown.slice().sort((a, b) => {
  const [left, right] = [drivers[sorted][a], drivers[sorted][b]];
  if (left === null || right === null) return (left === null) - (right === null) || a - b;
  const turn = sorted === "name" ? left.localeCompare(right, words.lang) : left - right;
  return (falling ? -turn : turn) || a - b;
});
const number = (text) => make("td", { className: "number", textContent: text });
const made = [];
const row = (i) => {
  made[i] ??= build(i);
  made[i].setAttribute("aria-selected", String(i === picked));
  return made[i];
};
const build = (i) => {
  const pickIt = make("button", { type: "button", className: "pick", textContent: name(i), title: name(i) });
  const line = make("tr", { className: drivers.beats[i] ? "beats" : "" }, make("td", {}, pickIt));
  if (drivers.beats[i]) line.firstChild.append(make("span", { className: "unseen", textContent: ` ${words.beats}` }));
  line.dataset.id = i;
  line.append(number(amount(drivers[measured][i])));
  if (measured === "driven") {
    line.lastChild.append(make("small", { textContent: between(drivers.driven_low[i], drivers.driven_high[i]) }));
  }
  line.append(number(amount(drivers.followers[i])));
  if (measured === "driven") line.append(number(times(drivers.lift[i])));
  const part = make("td");
  if (hasRoles(i)) {
    part.append(stack(roles.map((role) => drivers[role][i])), make("span", { className: "unseen", textContent: mix(i) }));
    part.title = mix(i);
  }
  line.append(part);
  return line;
};
const list = () => {
  const shown = order(drawn.matching);
  rows.replaceChildren(...shown.slice(0, length).map(row));
  by("more").hidden = shown.length <= length;
  by("more").textContent = word(words.more, { left: integer(shown.length - length) });
  by("matching").textContent = shown.length ? word(words.match, { match: integer(shown.length), held: integer(heads) }) : words.nobody;
};
const mark = () => {
  const at = order(drawn.matching).indexOf(picked);
  if (at >= length) { length = at + 1; list(); }
  for (const line of rows.rows) line.setAttribute("aria-selected", String(Number(line.dataset.id) === picked));
  const [line, frame] = [made[picked], rows.closest(".scroll")];
  if (!line?.isConnected) return;
  // Only the list scrolls, not the page: on a phone the drawing would leave the screen.
  const [top, low] = [line.offsetTop - 44, line.offsetTop + line.offsetHeight];
  if (top < frame.scrollTop) frame.scrollTop = top;
  else if (low > frame.scrollTop + frame.clientHeight) frame.scrollTop = low - frame.clientHeight;
};
