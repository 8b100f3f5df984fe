"use strict";
(() => {
  // Sorting: every cell carries its value in data-v; unknown values stay at the end in both directions.
  const compare = (a, b, numeric) => (numeric ? a - b : a.localeCompare(b, document.documentElement.lang));
  for (const table of document.querySelectorAll("table.sortable")) {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    const said = document.getElementById("said");
    heads.forEach((head, column) => {
      const button = head.querySelector("button");
      if (!button) return;
      button.addEventListener("click", () => {
        const numeric = head.classList.contains("number");
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
        said.textContent = `${button.textContent}: ${table.dataset[way]}`;
      });
    });
  }
  for (const more of document.querySelectorAll("button.more")) {
    more.addEventListener("click", () => {
      const folded = document.getElementById(more.getAttribute("aria-controls")).classList.toggle("folded");
      more.setAttribute("aria-expanded", String(!folded));
      more.textContent = folded ? more.dataset.more : more.dataset.fewer;
    });
  }
  // What a mark of a figure tells, where the pointer rests.
  const tip = document.getElementById("tip");
  for (const figure of document.querySelectorAll("figure svg")) {
    figure.addEventListener("pointermove", (event) => {
      const mark = event.target.closest("[data-told]");
      tip.hidden = !mark;
      if (!mark) return;
      tip.textContent = mark.dataset.told;
      const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
      tip.style.left = `${Math.max(left, 8)}px`;
      tip.style.top = `${Math.max(event.clientY - tip.offsetHeight - 12, 8)}px`;
    });
    figure.addEventListener("pointerleave", () => { tip.hidden = true; });
  }
})();
