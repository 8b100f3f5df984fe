"use strict";
(() => {
  const { nodes, edges, words } = JSON.parse(document.getElementById("data").textContent);
  const count = nodes.x.length;
  const everybody = Array.from({ length: count }, (_, i) => i);
  const creators = everybody.filter((i) => nodes.creator[i] && nodes.name[i] !== null);
  const roles = ["influencer", "ugc", "advocate"];
  const by = (id) => document.getElementById(id);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  const whole = new Intl.NumberFormat(words.lang, { maximumFractionDigits: 0 });
  const tenth = new Intl.NumberFormat(words.lang, { maximumFractionDigits: 1 });
  const amount = (v) => (v === null ? "–" : (Math.abs(v) >= 10 ? whole : tenth).format(v));
  const between = (low, high) => (low === null || high === null ? "" : ` (${amount(low)}–${amount(high)})`);
  const ratio = new Intl.NumberFormat(words.lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const times = (v) => (v === null ? "–" : `${ratio.format(v)}×`);
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d").replace(/Đ/g, "D").toLowerCase();
  const title = (i) => nodes.name[i] ?? words.follower;

  const outgoing = everybody.map(() => []);
  const incoming = everybody.map(() => []);
  edges.source.forEach((s, e) => { outgoing[s].push(e); incoming[edges.target[e]].push(e); });

  let picked = null;
  let near = null;
  let paint = {};
  const readPaint = () => {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["ink", "paper", "muted", "even", "ring", "edge", "out", "in", ...roles]) {
      paint[name] = style.getPropertyValue(`--${name}`).trim();
    }
  };
  readPaint();

  // A person: a pie of their roles; around it a ring where they beat their follower count.
  const drawPerson = (ctx, i, x, y) => {
    const radius = nodes.radius[i];
    ctx.globalAlpha = near && !near.has(i) ? 0.1 : 1;
    const parts = roles.map((role) => nodes[role][i]);
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
    ctx.fillStyle = paint.even;
    ctx.fill();
    if (nodes.creator[i] && parts[0] !== null) {
      let angle = -Math.PI / 2;
      parts.forEach((part, k) => {
        if (part <= 0) return;
        ctx.beginPath();
        ctx.moveTo(x, y);
        ctx.arc(x, y, radius, angle, angle += part * 2 * Math.PI);
        ctx.fillStyle = paint[roles[k]];
        ctx.fill();
      });
    }
    ctx.beginPath();
    ctx.arc(x, y, radius, 0, 2 * Math.PI);
    ctx.lineWidth = nodes.creator[i] ? 1.5 : 1;
    ctx.strokeStyle = paint.paper;
    ctx.stroke();
    if (nodes.beats[i] || i === picked) {
      ctx.beginPath();
      ctx.arc(x, y, radius + 3.5, 0, 2 * Math.PI);
      ctx.lineWidth = 3.5;
      ctx.strokeStyle = nodes.beats[i] ? paint.ring : paint.ink;
      ctx.stroke();
    }
    ctx.globalAlpha = 1;
  };

  const heaviest = Math.max(...edges.credit.map((c) => c ?? 0), 1e-9);
  const edgeLook = (e) => {
    const credit = edges.credit[e];
    const look = { width: credit === null ? 0.8 : 0.6 + 3.4 * Math.sqrt(credit / heaviest), dashes: false };
    if (picked === null) return { ...look, color: { color: paint.edge, opacity: 0.35 } };
    if (edges.source[e] === picked) return { ...look, color: { color: paint.out, opacity: 0.9 } };
    if (edges.target[e] === picked) return { ...look, dashes: [6, 4], color: { color: paint.in, opacity: 0.9 } };
    return { ...look, color: { color: paint.edge, opacity: 0.04 } };
  };

  const container = by("map");
  const drawnNodes = new vis.DataSet(everybody.map((i) => ({
    id: i,
    x: nodes.x[i],
    y: nodes.y[i],
    shape: "custom",
    ctxRenderer: ({ ctx, x, y }) => ({
      drawNode: () => drawPerson(ctx, i, x, y),
      nodeDimensions: { width: 2 * nodes.radius[i], height: 2 * nodes.radius[i] },
    }),
  })));
  const drawnEdges = new vis.DataSet(edges.source.map((from, e) => ({ id: e, from, to: edges.target[e], ...edgeLook(e) })));
  const network = new vis.Network(container, { nodes: drawnNodes, edges: drawnEdges }, {
    physics: false,
    layout: { improvedLayout: false },
    interaction: { hover: true, hideEdgesOnDrag: true, hideEdgesOnZoom: true, dragNodes: false, selectConnectedEdges: false, hoverConnectedEdges: false },
    nodes: { chosen: false },
    edges: { smooth: false, chosen: false, hoverWidth: 0, selectionWidth: 0, arrows: { to: { enabled: true, scaleFactor: 0.35 } }, arrowStrikethrough: false },
  });

  // Names, as many as fit without touching one another or the largest circles, the strongest first.
  const circles = creators.slice(0, 80).map((i) => {
    const [x, y, r] = [nodes.x[i], nodes.y[i], 0.8 * nodes.radius[i]];
    return [i, [x - r, y - r, x + r, y + r]];
  });
  network.on("afterDrawing", (ctx) => {
    const scale = network.getScale();
    const taken = [];
    ctx.font = `600 ${13 / scale}px system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif`;
    ctx.textAlign = "center";
    ctx.textBaseline = "top";
    ctx.lineJoin = "round";
    const first = picked === null ? creators : [picked, ...creators.filter((i) => i !== picked)];
    for (const i of first) {
      if (near && !near.has(i)) continue;
      const text = title(i).length > 26 ? `${[...title(i)].slice(0, 25).join("")}…` : title(i);
      const wide = ctx.measureText(text).width / 2 + 4 / scale;
      const top = nodes.y[i] + nodes.radius[i] + 5 / scale;
      const box = [nodes.x[i] - wide, top, nodes.x[i] + wide, top + 16 / scale];
      const touches = (b) => b[0] < box[2] && box[0] < b[2] && b[1] < box[3] && box[1] < b[3];
      if (taken.some(touches) || circles.some(([j, b]) => j !== i && (!near || near.has(j)) && touches(b))) continue;
      taken.push(box);
      ctx.lineWidth = 4 / scale;
      ctx.strokeStyle = paint.paper;
      ctx.strokeText(text, nodes.x[i], top);
      ctx.fillStyle = paint.ink;
      ctx.fillText(text, nodes.x[i], top);
    }
  });

  const card = by("card");
  const line = (list, term, text) => {
    const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
    dt.textContent = term;
    dd.textContent = text;
    list.append(dt, dd);
  };
  const showCard = (i, docked) => {
    const strong = document.createElement("strong");
    strong.textContent = title(i);
    const list = document.createElement("dl");
    card.replaceChildren(strong);
    if (nodes.platform[i]) card.append(nodes.platform[i]);
    card.append(list);
    if (nodes.creator[i]) {
      line(list, words.followers, amount(nodes.followers[i]));
      if (words.measured === "driven") {
        line(list, words.driven, amount(nodes.driven[i]) + between(nodes.driven_low[i], nodes.driven_high[i]));
        line(list, words.lift, times(nodes.lift[i]) + between(nodes.lift_low[i], nodes.lift_high[i]));
        if (nodes.ripple[i]) line(list, words.ripple, amount(nodes.ripple[i]));
      } else {
        line(list, words.audience, amount(nodes.audience[i]));
      }
    }
    if (nodes.community[i] !== null) line(list, words.community, whole.format(nodes.community[i]));
    if (outgoing[i].length) line(list, words.influences, whole.format(outgoing[i].length));
    if (incoming[i].length) line(list, words.influenced, whole.format(incoming[i].length));
    if (nodes.creator[i] && nodes.influencer[i] !== null) {
      const stack = document.createElement("span");
      stack.className = "stack";
      for (const role of roles) {
        const part = document.createElement("span");
        part.className = role;
        part.style.width = `${100 * nodes[role][i]}%`;
        stack.append(part);
        line(list, words[role], `${whole.format(100 * nodes[role][i])}%`);
      }
      card.append(stack);
    }
    if (nodes.beats[i]) {
      const chip = document.createElement("span");
      chip.className = "chip beats";
      chip.textContent = words.beats;
      card.append(chip);
    }
    card.hidden = false;
    if (docked) {
      // Out of the way of the neighbours that a click brings out.
      [card.style.left, card.style.top] = ["0.8rem", "0.8rem"];
      return;
    }
    const at = network.canvasToDOM({ x: nodes.x[i], y: nodes.y[i] });
    const away = nodes.radius[i] * network.getScale() + 14;
    const right = at.x + away + card.offsetWidth < container.clientWidth;
    const left = right ? at.x + away : at.x - away - card.offsetWidth;
    card.style.left = `${Math.max(8, Math.min(left, container.clientWidth - card.offsetWidth - 8))}px`;
    card.style.top = `${Math.max(8, Math.min(at.y - 40, container.clientHeight - card.offsetHeight - 8))}px`;
  };
  network.on("hoverNode", ({ node }) => { container.style.cursor = "pointer"; if (node !== picked) showCard(node, false); });
  const rest = () => (picked === null ? (card.hidden = true) : showCard(picked, true));
  network.on("blurNode", () => { container.style.cursor = ""; rest(); });
  network.on("dragStart", rest);
  network.on("zoom", rest);

  const rows = by("rows");
  const mark = () => {
    near = picked === null ? null : new Set([picked, ...outgoing[picked].map((e) => edges.target[e]), ...incoming[picked].map((e) => edges.source[e])]);
    drawnEdges.update(edges.source.map((_, e) => ({ id: e, ...edgeLook(e) })));
    for (const row of rows.rows) row.setAttribute("aria-selected", String(Number(row.dataset.id) === picked));
    network.redraw();
  };
  const pick = (i, travel) => {
    picked = i;
    mark();
    rest();
    by("said").textContent = i === null ? "" : `${title(i)}: ${words.influences} ${outgoing[i].length}, ${words.influenced} ${incoming[i].length}`;
    if (i !== null && travel) {
      network.focus(i, { scale: Math.max(network.getScale(), 0.9), animation: still ? false : { duration: 350 } });
    }
  };
  network.on("click", ({ nodes: [i] }) => pick(i ?? null, false));

  // The list: sortable, searchable, in step with the picture.
  let [sorted, falling] = [words.measured, true];
  const cell = (text, numeric) => {
    const td = document.createElement("td");
    td.textContent = text;
    if (numeric) td.className = "number";
    return td;
  };
  const list = () => {
    const asked = plain(by("search").value.trim());
    const shown = creators.filter((i) => plain(nodes.name[i]).includes(asked));
    shown.sort((a, b) => {
      const [left, right] = [nodes[sorted][a], nodes[sorted][b]];
      if (left === null || right === null) return (left === null) - (right === null);
      const order = sorted === "name" ? left.localeCompare(right, words.lang) : left - right;
      return falling ? -order : order;
    });
    rows.replaceChildren(...shown.map((i) => {
      const row = document.createElement("tr");
      row.dataset.id = i;
      row.className = nodes.beats[i] ? "beats" : "";
      row.setAttribute("aria-selected", String(i === picked));
      const button = document.createElement("button");
      button.type = "button";
      button.className = "pick";
      button.textContent = button.title = nodes.name[i];
      button.addEventListener("click", () => pick(i, true));
      const name = document.createElement("td");
      name.append(button);
      row.append(name, cell(amount(nodes.followers[i]), true), cell(amount(nodes[words.measured][i]), true));
      if (words.measured === "driven") row.append(cell(times(nodes.lift[i]), true));
      return row;
    }));
    return shown;
  };
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
  by("people").append(...creators.map((i) => new Option(nodes.name[i])));
  by("search").addEventListener("input", () => {
    const shown = list();
    by("said").textContent = shown.length ? `${words.found}: ${whole.format(shown.length)}` : words.none;
    const asked = plain(by("search").value.trim());
    const exact = shown.find((i) => plain(nodes.name[i]) === asked);
    if (exact !== undefined && asked) pick(exact, true);
  });
  by("search").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && rows.rows.length) pick(Number(rows.rows[0].dataset.id), true);
  });

  const fit = (animation) => network.fit({ animation, maxZoomLevel: 1.6 });
  const reset = () => {
    by("search").value = "";
    list();
    pick(null, false);
    fit(still ? false : { duration: 300 });
  };
  const zoom = (factor) => network.moveTo({ scale: network.getScale() * factor, animation: still ? false : { duration: 150 } });
  by("closer").addEventListener("click", () => zoom(1.4));
  by("farther").addEventListener("click", () => zoom(1 / 1.4));
  by("reset").addEventListener("click", reset);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") reset(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readPaint(); mark(); });
  list();
  fit(false);
  network.once("afterDrawing", () => { document.documentElement.dataset.drawn = "yes"; });
  // For whoever looks at the page from the browser's console.
  window.influenceMap = { network, pick, reset, at: (i) => network.canvasToDOM(network.getPosition(i)) };
})();
