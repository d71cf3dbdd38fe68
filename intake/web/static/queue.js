// Keys on the desk: J and K move along a list marked data-queue, Enter opens, C claims, / searches, ? shows the sheet;
// on a piece 1 accepts, 3 declines, H asks.
// Any button or link with data-key="X" is pressed by X. Off while typing, and switched off by the sheet's tick (kept per browser).
// The pages work without this file.
const STORE = "single-keys";
const sheet = document.querySelector("dialog[data-keys]");
const rows = () => [...document.querySelectorAll("[data-queue] > .row")];
let selected = -1;

function enabled() {
  try {
    return localStorage.getItem(STORE) !== "off";
  } catch {
    return true; // storage can be forbidden; keys then stay on for this page
  }
}

function remember(on) {
  try {
    localStorage.setItem(STORE, on ? "on" : "off");
  } catch {
    // nothing to keep it in
  }
}

function select(next) {
  const all = rows();
  if (!all.length) return;
  selected = Math.max(0, Math.min(all.length - 1, next));
  all.forEach((row, place) => row.classList.toggle("is-selected", place === selected));
  const link = all[selected].querySelector(".row-title a");
  link?.focus({ preventScroll: true });
  all[selected].scrollIntoView({ block: "nearest" });
}

function press(key) {
  const wanted = `[data-key="${CSS.escape(key)}"]`;
  const outside = () => [...document.querySelectorAll(`main ${wanted}`)].find((one) => !one.closest("[data-queue]"));
  const target = rows()[selected]?.querySelector(wanted) ?? outside();
  target?.click();
  return Boolean(target);
}

function toggleSheet() {
  if (!sheet) return;
  if (sheet.open) sheet.close();
  else sheet.showModal();
}

const KEYS = {
  j: () => select(selected + 1),
  k: () => select(selected < 0 ? 0 : selected - 1),
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": toggleSheet,
};

function typing(target) {
  return target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  if (!enabled() && event.key !== "?") return;
  if (sheet?.open && event.key !== "?") return;
  const key = event.key.length === 1 ? latin(event) : event.key;
  const act = KEYS[key];
  if (act) act();
  else if (!press(key.toUpperCase())) return;
  event.preventDefault();
});

// On an Arabic keyboard the J key types ت: the key's place decides, as on every desk.
function latin(event) {
  const place = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(event.code);
  if (!place || (place[2] && event.shiftKey)) return event.key;
  return (place[1] ?? place[2]).toLowerCase();
}

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-queue] > .row");
  if (row) selected = rows().indexOf(row);
});

const box = document.querySelector("[data-keys-on]");
if (box) {
  box.checked = enabled();
  box.addEventListener("change", () => remember(box.checked));
}
const hint = document.querySelector("[data-keys-hint]");
if (hint && rows().length) hint.hidden = false;
