// What makes the page answer; without it the page still shows everything.
"use strict";
(() => {
  const view = document.querySelector("main");
  const picture = view.querySelector("svg");
  const panel = document.querySelector("aside");
  const natural = picture.viewBox.baseVal;
  let zoom = 1;

  function show(wanted, x = view.clientWidth / 2, y = view.clientHeight / 2) {
    const next = Math.min(8, Math.max(0.25, wanted));
    const left = (view.scrollLeft + x) * next / zoom - x;
    const top = (view.scrollTop + y) * next / zoom - y;
    zoom = next;
    picture.style.width = natural.width * zoom + "px";
    picture.style.height = natural.height * zoom + "px";
    view.scrollTo(left, top);
  }
  function fit() { show(view.clientWidth / natural.width, 0, 0); }
  function pan(x, y) { view.scrollBy(x * view.clientWidth / 4, y * view.clientHeight / 4); }

  const deeds = {
    in: () => show(zoom * 1.25), out: () => show(zoom / 1.25), fit,
    left: () => pan(-1, 0), right: () => pan(1, 0), up: () => pan(0, -1), down: () => pan(0, 1),
  };
  const keys = {
    "+": "in", "=": "in", "-": "out", "_": "out", "0": "fit",
    ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down",
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    deeds[keys[event.key]]();
  });
  document.querySelector("[role=toolbar]").addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) deeds[button.dataset.do]();
  });
  view.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const place = view.getBoundingClientRect();
    show(zoom * Math.exp(-event.deltaY / 400), event.clientX - place.left, event.clientY - place.top);
  }, { passive: false });

  // not on the picture itself: that would make it a stop of Tab
  function tell(event) {
    const about = event.target.closest("g[class]");
    const title = about && about.querySelector(":scope > title");
    if (title) panel.textContent = title.textContent;
  }
  view.addEventListener("mouseover", tell);
  view.addEventListener("focusin", tell);
  view.addEventListener("click", tell);

  document.querySelector("[role=toolbar]").hidden = false;
  if (view.clientWidth >= 900) show(Math.min(1.5, view.clientWidth / natural.width), 0, 0);
})();
