// What can be taken away: the drawing as a picture, the list as a table.
const save = (blob, file) => {
  const link = make("a", { href: URL.createObjectURL(blob), download: file });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  by("said").textContent = word(words.saved, { file });
};

// A spreadsheet would run text that begins with = + - @ as a formula: an apostrophe stops it.
const cell = (value) => {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = value.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, " ");
  return `"${(/^\s*[=+\-@]/.test(text) && !/^[@+\-]?[\w.\-]*$/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
};
const table = () => {
  const columns = ["id", "name", "platform", "followers", "audience", "driven", "driven_low", "driven_high", "lift", "lift_low", "lift_high", "ripple", "beats", ...roles, "community"];
  const known = columns.filter((column) => drivers[column].some((value) => value !== null));
  const head = known.map((column) => ({ id: "person_id", beats: "beats_followers" })[column] ?? column);
  const body = order(drawn.matching).map((i) => known.map((column) => cell(column === "beats" ? String(Boolean(drivers.beats[i])) : drivers[column][i])).join(","));
  return `\ufeff${[head.join(","), ...body].join("\n")}\n`;
};

// The view as it is, twice as sharp, with what it takes to read it elsewhere.
const SHARP = 2;
const picture = () => {
  const [wide, high, head, foot] = [container.clientWidth, container.clientHeight, 72, 42];
  const sheet = make("canvas", { width: SHARP * wide, height: SHARP * (head + high + foot) });
  const ctx = sheet.getContext("2d");
  ctx.scale(SHARP, SHARP);
  ctx.fillStyle = paint.paper;
  ctx.fillRect(0, 0, wide, head + high + foot);
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, head, wide, high);
  ctx.clip();
  const { translation, scale } = network.body.view;
  ctx.translate(translation.x, head + translation.y);
  ctx.scale(scale, scale);
  below(ctx, scale);
  network.body.edgeIndices.forEach((e) => network.body.edges[e].draw(ctx));
  above(ctx, scale);
  ctx.restore();
  const write = (text, x, y, font, colour) => {
    Object.assign(ctx, { font: `${font} ${face}`, fillStyle: colour, textAlign: "left", textBaseline: "alphabetic" });
    ctx.fillText(text, x, y);
    return x + ctx.measureText(text).width;
  };
  write(words.title, 20, 34, "700 20px", paint.ink);
  write(by("drawn").textContent, 20, 58, "13px", paint.muted);
  const base = head + high + 24;
  let x = write(words.size[choice.size], 20, base, "13px", paint.muted) + 22;
  for (const role of roles) {
    disc(ctx, x + 5, base - 4.5, 5);
    ctx.fillStyle = paint[role];
    ctx.fill();
    x = write(words[role], x + 15, base, "13px", paint.muted) + 18;
  }
  if (drivers.beats.some(Boolean)) {
    ring(ctx, x + 5, base - 4.5, 5, 2.5, paint.ring);
    write(words.beats, x + 15, base, "13px", paint.muted);
  }
  return sheet;
};
by("save-picture").addEventListener("click", () => picture().toBlob((blob) => save(blob, "influence-map.png"), "image/png"));
by("save-table").addEventListener("click", () => save(new Blob([table()], { type: "text/csv;charset=utf-8" }), "creators.csv"));
