// What the page knows, and how it says it.
const by = (id) => document.getElementById(id);
const { nodes, drivers, edges, islands, words, measured, whole, widths, options, ...given } = JSON.parse(by("data").textContent);
const [count, heads] = [nodes.x.length, drivers.size.length];
const range = (n) => Array.from({ length: n }, (_, i) => i);
const roles = ["influencer", "ugc", "advocate"];
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

const counted = new Intl.NumberFormat(words.lang, { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat(words.lang, { maximumFractionDigits: 1 });
const ratio = new Intl.NumberFormat(words.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(words.lang, { style: "percent", maximumFractionDigits: 0 });
const integer = (v) => counted.format(v);
const amount = (v) => (v === null ? "–" : (Math.abs(v) >= 10 ? counted : tenth).format(v));
const times = (v) => (v === null ? "–" : `${ratio.format(v)}×`);
const between = (low, high, say = amount) => (low === null || high === null ? "" : `${say(low)}–${say(high)}`);
const said = { driven: amount, audience: amount, followers: amount, ripple: amount, lift: times };
// {name} in a sentence becomes what is told of that name.
const word = (text, told) => text.replace(/\{(\w+)\}/g, (hole, name) => told[name] ?? hole);
const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d").replace(/Đ/g, "D").toLowerCase();

const isDriver = (i) => i < heads;
const owner = (i) => (isDriver(i) ? i : nodes.owner[i - heads]);
const island = (i) => drivers.island[owner(i)];
const name = (i) => (isDriver(i) ? drivers.name[i] : null) ?? words.follower;
const hasRoles = (i) => isDriver(i) && drivers.influencer[i] !== null;
const community = (g) => (islands.community[g] === null ? words.alone : word(words.community, { community: integer(islands.community[g]) }));
const firstOn = islands.x.map((_, g) => drivers.island.indexOf(g));
const around = (g) => word(words.around, { community: community(g), name: name(firstOn[g]) });

const outgoing = range(count).map(() => []);
const incoming = range(count).map(() => []);
edges.from.forEach((from, e) => { outgoing[from].push(e); incoming[edges.to[e]].push(e); });

// Area, not radius, carries a number: that is what an eye compares. The smallest circle can still be hit.
// Where few are drawn their circles use the room; Python left enough around everybody for that.
// Other numbers than the one that Python left room for get smaller ones.
const [smallest, follower] = [8, 4];
const largest = (of) => (of === measured ? 44 : 32);
let magnified = 1;
const radii = {};
const radius = (i) => {
  if (!isDriver(i)) return follower * Math.sqrt(magnified);
  const of = choice.size;
  radii[of] ??= (() => {
    const most = Math.max(...drivers[of], 1e-12);
    return drivers[of].map((v) => Math.max(smallest, largest(of) * Math.sqrt((v ?? 0) / most)));
  })();
  return radii[of][i] * magnified;
};
const magnify = (most) => { magnified = Math.min(1.7, Math.max(1, (heads / Math.max(most, 1)) ** 0.4)); };
// People around a circle that is larger than Python thought step back.
const place = (i) => {
  const [o, x, y] = [owner(i), nodes.x[i], nodes.y[i]];
  const more = radius(o) - drivers.size[o];
  if (o === i || more <= 0) return { x, y };
  const [dx, dy] = [x - nodes.x[o], y - nodes.y[o]];
  const far = Math.hypot(dx, dy) || 1;
  return { x: x + (dx * more) / far, y: y + (dy * more) / far };
};
