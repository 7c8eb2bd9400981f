// Everything is readable without this; it only hides rows and moves the focus.
(() => {
  const form = document.querySelector(".filters");
  const rows = [...document.querySelectorAll(".grid tbody tr")];
  if (!form || !rows.length) return;
  const text = form.elements.namedItem("text");
  const tag = form.elements.namedItem("tag");
  const marks = [...form.querySelectorAll("[name=mark]")];

  const show = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = marks.filter((mark) => mark.checked).map((mark) => mark.value);
    let shown = 0;
    for (const row of rows) {
      const said = row.textContent.toLowerCase() + " " + row.dataset.tags;
      const fits = words.every((word) => said.includes(word))
        && (!tag.value || row.dataset.tags.split(" ").includes(tag.value))
        && (!wanted.length || wanted.some((mark) => row.querySelector("td." + mark)));
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    form.querySelector("output").textContent = `${shown} of ${rows.length} scenarios`;
    document.querySelector(".empty").hidden = shown > 0;
  };
  form.hidden = false;
  form.addEventListener("input", show);
  form.addEventListener("reset", () => requestAnimationFrame(show));
  form.addEventListener("submit", (event) => event.preventDefault());
  show();

  const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  document.querySelector(".grid").addEventListener("keydown", (event) => {
    const cell = event.target.closest("td, th");
    if (!(event.key in steps) || !cell || event.target.matches(".wide")) return;
    const [down, right] = steps[event.key];
    const seen = rows.filter((row) => !row.hidden);
    let row = seen.indexOf(cell.parentElement), column = cell.cellIndex;
    for (;;) {
      row += down;
      column += right;
      const next = seen[row]?.cells[column];
      if (!next) return;
      const link = next.querySelector("a");
      if (link) {
        event.preventDefault();
        link.focus();
        link.scrollIntoView({ block: "nearest", inline: "nearest" });
        return;
      }
    }
  });
})();
