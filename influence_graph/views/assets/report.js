"use strict";
(() => {
  const said = document.getElementById("said");
  // Folding: rows after the first few are hidden until asked for, or until a link leads to one of them.
  const fold = (body, folded) => {
    const shown = Number(body.dataset.shown);
    [...body.rows].forEach((row, place) => { row.hidden = folded && place >= shown; });
    const more = document.querySelector(`button.more[aria-controls="${body.id}"]`);
    more.hidden = false;
    more.setAttribute("aria-expanded", String(!folded));
    more.textContent = folded ? more.dataset.more : more.dataset.fewer;
    body.dataset.folded = folded ? "yes" : "";
  };
  for (const body of document.querySelectorAll("tbody.folds")) {
    fold(body, true);
    const more = document.querySelector(`button.more[aria-controls="${body.id}"]`);
    more.addEventListener("click", () => fold(body, !body.dataset.folded));
  }
  const reveal = () => {
    const row = document.getElementById(location.hash.slice(1));
    if (!row || row.tagName !== "TR") return;
    if (row.hidden) fold(row.parentElement, false);
    row.scrollIntoView({ block: "center" });
  };
  addEventListener("hashchange", reveal);
  reveal();
  // Sorting: every cell carries its value in data-v; unknown values stay at the end in both directions.
  const compare = (a, b, numeric) => (numeric ? a - b : a.localeCompare(b, document.documentElement.lang));
  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = head.querySelector("button");
      if (!button) return;
      button.addEventListener("click", () => {
        const numeric = !head.classList.contains("text");
        const first = numeric ? "descending" : "ascending";
        const other = numeric ? "ascending" : "descending";
        const way = head.getAttribute("aria-sort") === first ? other : first;
        heads.forEach((each) => each.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", way);
        const rows = [...body.rows].map((row) => [row.cells[column].dataset.v, row]);
        rows.sort(([a], [b]) => {
          if (a === "" || b === "") return (a === "") - (b === "");
          const order = numeric ? compare(Number(a), Number(b), true) : compare(a, b, false);
          return way === "ascending" ? order : -order;
        });
        body.append(...rows.map(([, row]) => row));
        if (body.dataset.folded) fold(body, true);
        said.textContent = `${button.textContent}: ${table.dataset[way]}`;
      });
    });
  }
  // What a mark of a figure tells, under the pointer or the finger.
  const tip = document.getElementById("tip");
  const tell = (event) => {
    const mark = event.target.closest("[data-told]");
    tip.hidden = !mark;
    if (!mark) return;
    tip.textContent = mark.dataset.told;
    const left = Math.min(event.clientX + 14, document.documentElement.clientWidth - tip.offsetWidth - 8);
    const above = event.clientY - tip.offsetHeight - 12;
    tip.style.left = `${Math.max(left, 8)}px`;
    tip.style.top = `${above > 8 ? above : event.clientY + 18}px`;
  };
  const hush = () => { tip.hidden = true; };
  for (const figure of document.querySelectorAll("figure svg")) {
    figure.addEventListener("pointermove", tell);
    figure.addEventListener("pointerdown", tell);
    figure.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") hush(); });
  }
  addEventListener("scroll", hush, { passive: true });
  addEventListener("keydown", (event) => { if (event.key === "Escape") hush(); });
})();
