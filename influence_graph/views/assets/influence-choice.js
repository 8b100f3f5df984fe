// Who is drawn and listed: what the filters let through, the strongest of them, and the people they influence most.
const choice = { size: measured, strongest: given.strongest, role: "", share: 50, platform: "", tier: "", island: "", least: 0, beats: false };
const untouched = { ...choice };
const filters = ["role", "platform", "tier", "island", "least", "beats"];
const filtersOn = () => filters.filter((key) => choice[key] !== untouched[key]).length;
let [picked, steps] = [null, 1];
const everything = count <= given.atOnce;
let open = new Set(everything ? range(islands.x.length) : []);

const tiers = [[0, 1e3], [1e3, 1e4], [1e4, 1e5], [1e5, 1e6], [1e6, Infinity]];
const passes = (i) => {
  if (choice.role && !((drivers[choice.role][i] ?? 0) * 100 >= choice.share)) return false;
  if (choice.platform && drivers.platform[i] !== choice.platform) return false;
  if (choice.island !== "" && drivers.island[i] !== Number(choice.island)) return false;
  if (choice.beats && !drivers.beats[i]) return false;
  if (choice.least && !((drivers[measured][i] ?? 0) >= choice.least)) return false;
  if (choice.tier === "") return true;
  const [from, to] = tiers[choice.tier];
  return drivers.followers[i] !== null && drivers.followers[i] >= from && drivers.followers[i] < to;
};

const neighbours = (i) => [...outgoing[i].map((e) => edges.to[e]), ...incoming[i].map((e) => edges.from[e])];
// Whoever is one step from a person, or two.
const reach = (i, far) => {
  const met = new Set([i]);
  let edge = [i];
  for (let step = 0; step < far; step++) {
    edge = edge.flatMap(neighbours).filter((j) => !met.has(j) && met.add(j));
  }
  return met;
};

const choose = () => {
  const matching = range(heads).filter(passes);
  const shown = new Set(matching.filter((i) => open.has(drivers.island[i])).slice(0, choice.strongest));
  const near = picked === null ? null : reach(picked, steps);
  magnify(choice.strongest);
  near?.forEach((i) => { if (open.has(island(i))) shown.add(i); });
  const lines = [];
  const room = Math.min(given.atOnce, Math.max(4 * shown.size, 60));
  for (let e = 0; e < edges.from.length; e++) {  // in rounds: everybody's strongest first
    const [from, to] = [edges.from[e], edges.to[e]];
    if (!shown.has(from) || (lines.length >= 2 * room && from !== picked && to !== picked)) continue;
    if (!shown.has(to)) {
      if (isDriver(to) || shown.size >= room || !shown.has(owner(to))) continue;
      shown.add(to);
    }
    lines.push(e);
  }
  return { matching, shown, lines, near, folded: folded(matching) };
};

// Communities that are closed: a circle each, and one edge for all that runs between two of them.
const folded = (matching) => {
  if (open.size === islands.x.length) return { circles: new Map(), lines: [] };
  const circles = new Map();
  for (const i of matching) {
    const g = drivers.island[i];
    if (open.has(g)) continue;
    const circle = circles.get(g) ?? { people: 0, sum: 0, mix: [0, 0, 0] };
    circle.people++;
    circle.sum += drivers[measured][i] ?? 0;
    roles.forEach((role, k) => { circle.mix[k] += (drivers[role][i] ?? 0) * (drivers[measured][i] ?? 0); });
    circles.set(g, circle);
  }
  const most = Math.max(...[...circles.values()].map((circle) => circle.sum), 1e-12);
  const widest = Math.max(...islands.radius);
  circles.forEach((circle, g) => {
    const wanted = Math.max(0.15, 0.75 * Math.sqrt(circle.sum / most)) * widest;
    circle.radius = Math.min(wanted, 0.75 * islands.radius[g]);
  });
  const between = new Map();
  for (let e = 0; e < edges.from.length; e++) {
    const [from, to] = [island(edges.from[e]), island(edges.to[e])];
    if (from === to || !circles.has(from) || !circles.has(to)) continue;
    const key = `${from}>${to}`;
    const line = between.get(key) ?? { id: key, from, to, credit: 0 };
    line.credit += edges.credit[e] ?? 1;
    between.set(key, line);
  }
  const lines = [...between.values()].sort((a, b) => b.credit - a.credit).slice(0, 3 * circles.size);
  return { circles, lines };
};
