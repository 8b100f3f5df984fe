// The drawing: vis-network keeps view, edges and what a pointer hits; circles, communities and names are drawn here.
const container = by("map");
const paint = {};
const readPaint = () => {
  const style = getComputedStyle(document.documentElement);
  for (const key of ["ink", "paper", "muted", "even", "ring", "edge", "out", "in", "island", "rule", ...roles]) {
    paint[key] = style.getPropertyValue(`--${key}`).trim();
  }
};
readPaint();

const clear = { background: "rgba(0,0,0,0)", border: "rgba(0,0,0,0)" };
const shownNodes = new vis.DataSet();
const shownEdges = new vis.DataSet();
const network = new vis.Network(container, { nodes: shownNodes, edges: shownEdges }, {
  ...options,
  interaction: { ...options.interaction, selectConnectedEdges: false, hoverConnectedEdges: false, tooltipDelay: 1e9 },
  nodes: { shape: "dot", borderWidth: 0, chosen: false, color: { ...clear, hover: clear, highlight: clear } },
  edges: { ...options.edges, chosen: false, hoverWidth: 0, selectionWidth: 0, arrowStrikethrough: false },
});
container.firstElementChild.tabIndex = -1;  // the map itself listens to the keyboard

let drawn = { matching: [], shown: new Set(), lines: [], near: null, folded: { circles: new Map(), lines: [] } };
let pointed = null;

const edgeLook = (e) => {
  const [from, to, width] = [edges.from[e], edges.to[e], edges.width[e]];
  // The more there can be, the fainter each: a filter changes no edge that stays.
  const faint = Math.min(0.4, Math.max(0.14, 25 / choice.strongest));
  if (picked === null) return { width, dashes: false, color: { color: paint.edge, opacity: faint } };
  if (from === picked) return { width, dashes: false, color: { color: paint.out, opacity: 0.9 } };
  if (to === picked) return { width, dashes: [6, 4], color: { color: paint.in, opacity: 0.9 } };
  const inside = steps > 1 && drawn.near.has(from) && drawn.near.has(to);
  return { width, dashes: false, color: { color: paint.edge, opacity: inside ? 0.6 : 0.05 } };
};

// vis-network learns of people and edges when they are first shown, and of what changes about them later; whoever
// leaves is hidden, with all their edges. That is what makes a filter answer at once.
const tell = (set, known, wanted, drawnOf) => {
  const [fresh, changed] = [[], []];
  wanted.forEach((item, id) => {
    const look = JSON.stringify(item);
    if (!known.has(id)) fresh.push(item);
    else if (known.get(id) !== look) changed.push(item);
    known.set(id, look);
  });
  if (fresh.length) set.add(fresh);
  if (changed.length) set.update(changed);
  known.forEach((_, id) => { drawnOf[id].options.hidden = !wanted.has(id); });
};
const [knownNodes, knownEdges] = [new Map(), new Map()];
const redraw = () => network.body.emitter.emit("_requestRedraw");
const draw = () => {
  drawn = choose();
  const [circles, lines] = [new Map(), new Map()];
  drawn.shown.forEach((i) => circles.set(i, { id: i, ...place(i), size: radius(i) }));
  drawn.folded.circles.forEach(({ radius: size }, g) => circles.set(`g${g}`, { id: `g${g}`, x: islands.x[g], y: islands.y[g], size }));
  drawn.lines.forEach((e) => lines.set(e, { id: e, from: edges.from[e], to: edges.to[e], ...edgeLook(e) }));
  const most = Math.max(...drawn.folded.lines.map((line) => line.credit), 1e-12);
  drawn.folded.lines.forEach(({ id, from, to, credit }) => lines.set(id, {
    id, from: `g${from}`, to: `g${to}`, width: 1 + 14 * Math.sqrt(credit / most), color: { color: paint.edge, opacity: 0.35 },
  }));
  tell(shownNodes, knownNodes, circles, network.body.nodes);
  tell(shownEdges, knownEdges, lines, network.body.edges);
  network.body.emitter.emit("_dataChanged");
};

const disc = (ctx, x, y, r) => { ctx.beginPath(); ctx.arc(x, y, r, 0, 2 * Math.PI); };
const pie = (ctx, x, y, r, parts) => {
  const sum = parts.reduce((a, b) => a + b, 0);
  disc(ctx, x, y, r);
  ctx.fillStyle = paint.even;
  ctx.fill();
  let angle = -Math.PI / 2;
  if (sum > 0) parts.forEach((part, k) => {
    if (part <= 0) return;
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.arc(x, y, r, angle, angle += (part / sum) * 2 * Math.PI);
    ctx.fillStyle = paint[roles[k]];
    ctx.fill();
  });
  disc(ctx, x, y, r);
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = paint.paper;
  ctx.stroke();
};
const ring = (ctx, x, y, r, wide, colour) => {
  disc(ctx, x, y, r);
  ctx.lineWidth = wide;
  ctx.strokeStyle = colour;
  ctx.stroke();
};
const drawPerson = (ctx, i) => {
  const [{ x, y }, r] = [place(i), radius(i)];
  ctx.globalAlpha = drawn.near && !drawn.near.has(i) ? 0.15 : 1;
  if (isDriver(i)) {
    pie(ctx, x, y, r, hasRoles(i) ? roles.map((role) => drivers[role][i]) : [0, 0, 0]);
    if (drivers.beats[i]) ring(ctx, x, y, r + 3, 3.5, paint.ring);
  } else {
    disc(ctx, x, y, r);
    ctx.fillStyle = paint.even;
    ctx.fill();
  }
  if (i === picked || i === pointed) ring(ctx, x, y, r + (drivers.beats[i] ? 8 : 4), 3, paint.ink);
  ctx.globalAlpha = 1;
};

// A quiet ground under each open community, with its name.
const grounds = () => {
  const found = new Map();
  drawn.shown.forEach((i) => {
    const [g, { x, y }, r] = [island(i), place(i), radius(i)];
    const box = found.get(g) ?? [Infinity, Infinity, -Infinity, -Infinity];
    found.set(g, [Math.min(box[0], x - r), Math.min(box[1], y - r), Math.max(box[2], x + r), Math.max(box[3], y + r)]);
  });
  return [...found].map(([g, [left, top, right, bottom]]) => {
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    let r = 0;
    drawn.shown.forEach((i) => {
      if (island(i) !== g) return;
      const at = place(i);
      r = Math.max(r, Math.hypot(at.x - x, at.y - y) + radius(i));
    });
    return { g, x, y, r: r + 14 };
  });
};
let ground = [];
const below = (ctx, scale) => {
  if (islands.x.length < 2) return;
  for (const { x, y, r } of ground) {
    disc(ctx, x, y, r);
    ctx.fillStyle = paint.island;
    ctx.fill();
    ring(ctx, x, y, r, 2 / scale, paint.paper);
  }
};

const face = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
const short = (text, most) => ([...text].length > most ? `${[...text].slice(0, most - 1).join("")}…` : text);
const label = (ctx, text, x, y, colour) => {
  ctx.strokeStyle = paint.paper;
  ctx.strokeText(text, x, y);
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
};
const above = (ctx, scale) => {
  const strong = drawn.matching.filter((i) => drawn.shown.has(i));
  drawn.shown.forEach((i) => { if (!isDriver(i)) drawPerson(ctx, i); });
  for (let i = heads - 1; i >= 0; i--) if (drawn.shown.has(i)) drawPerson(ctx, i);
  drawn.folded.circles.forEach((circle, g) => {
    pie(ctx, islands.x[g], islands.y[g], circle.radius, circle.mix);
    if (pointed === `g${g}`) ring(ctx, islands.x[g], islands.y[g], circle.radius + 4 / scale, 3 / scale, paint.ink);
  });
  const size = 13 / scale;
  Object.assign(ctx, { textAlign: "center", textBaseline: "top", lineJoin: "round", lineWidth: 4 / scale });
  const taken = [];
  const touches = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  // Names of communities first, then of people, as many as fit without touching one another or a larger circle.
  ctx.font = `${12 / scale}px ${face}`;
  const named = islands.x.length > 1 ? ground.map(({ g, x, y, r }) => [community(g), x, y - r - 17 / scale]) : [];
  for (const [text, x, top] of named) {
    const wide = ctx.measureText(text).width / 2;
    const box = [x - wide, top, x + wide, top + 14 / scale];
    if (taken.some((b) => touches(b, box))) continue;
    taken.push(box);
    ctx.globalAlpha = drawn.near ? 0.4 : 1;
    label(ctx, text, x, top, paint.muted);
    ctx.globalAlpha = 1;
  }
  ctx.font = `600 ${size}px ${face}`;
  drawn.folded.circles.forEach((circle, g) => {
    const [x, top] = [islands.x[g], islands.y[g] + circle.radius + 4 / scale];
    label(ctx, community(g), x, top, paint.ink);
    ctx.font = `${size}px ${face}`;
    label(ctx, short(name(firstOn[g]), 26), x, top + 1.3 * size, paint.muted);
    ctx.font = `600 ${size}px ${face}`;
    const wide = ctx.measureText(community(g)).width / 2;
    taken.push([x - wide, top, x + wide, top + 2.5 * size]);
  });
  strong.sort((a, b) => (b === picked) - (a === picked) || radius(b) - radius(a));
  const circles = strong.slice(0, 150).map((i) => {
    const [{ x, y }, r] = [place(i), 0.85 * radius(i)];
    return [i, r, [x - r, y - r, x + r, y + r]];
  });
  for (const i of strong) {
    if (i !== picked && (!drivers.creator[i] || (drawn.near && !drawn.near.has(i)))) continue;
    const [{ x, y }, text] = [place(i), short(name(i), 26)];
    const wide = ctx.measureText(text).width / 2 + 4 / scale;
    const top = y + radius(i) + (drivers.beats[i] ? 6 : 3) + 2 / scale;
    const box = [x - wide, top, x + wide, top + 1.2 * size];
    const covers = ([j, r, b]) => j !== i && r > 0.5 * radius(i) && touches(b, box);
    const free = !taken.some((b) => touches(b, box)) && !circles.some(covers);
    if (!free && i !== picked) continue;
    taken.push(box);
    label(ctx, text, x, top, paint.ink);
  }
};
network.on("beforeDrawing", (ctx) => below(ctx, network.getScale()));
network.on("afterDrawing", (ctx) => above(ctx, network.getScale()));

// Everything drawn in view, below the controls and with room for names.
const fit = (moving) => {
  const boxes = [];
  drawn.shown.forEach((i) => { const [{ x, y }, r] = [place(i), radius(i)]; boxes.push([x - r, y - r, x + r, y + r]); });
  ground.forEach(({ x, y, r }) => boxes.push([x - r, y - r, x + r, y + r]));
  drawn.folded.circles.forEach(({ radius: r }, g) => boxes.push([islands.x[g] - r, islands.y[g] - r, islands.x[g] + r, islands.y[g] + r]));
  if (!boxes.length) return;
  const edge = (k, best) => boxes.reduce((a, b) => best(a, b[k]), boxes[0][k]);
  const [left, top, right, bottom] = [edge(0, Math.min), edge(1, Math.min), edge(2, Math.max), edge(3, Math.max)];
  const [over, under, beside] = [84, 56, 32];
  const [wide, high] = [container.clientWidth - 2 * beside, container.clientHeight - over - under];
  const scale = Math.max(0.02, Math.min(1.6, wide / (right - left), high / (bottom - top)));  // in a sliver of a window too
  const position = { x: (left + right) / 2, y: (top + bottom) / 2 - (over - under) / 2 / scale };
  network.moveTo({ position, scale, animation: moving && !still ? { duration: 300, easingFunction: "easeOutQuad" } : false });
};
const zoom = (factor) => network.moveTo({ scale: network.getScale() * factor, animation: still ? false : { duration: 150 } });
