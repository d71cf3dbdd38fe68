// The live word count under a textarea that has data-words (the id of the line to fill), data-least and data-most.
// The server counts again and decides; this only saves a surprise.
const WORD = /[\p{L}\p{N}\p{M}]+(?:['’\-–\u200c][\p{L}\p{N}\p{M}]+)*/gu;

export function count(text) {
  return (text.match(WORD) ?? []).length;
}

function fit(words, least, most) {
  if (words === 0) return "none";
  if (words < least) return "few";
  return words > most ? "many" : "right";
}

function watch(area) {
  const line = document.getElementById(area.dataset.words);
  if (!line) return;
  const least = Number(area.dataset.least);
  const most = Number(area.dataset.most);
  const atRest = line.textContent;
  const tell = () => {
    const words = count(area.value);
    const state = fit(words, least, most);
    line.dataset.fit = state;
    const text = { none: atRest, few: line.dataset.few, many: line.dataset.many, right: line.dataset.right }[state];
    line.textContent = text.replace("{count}", words).replace("{least}", least).replace("{most}", most);
  };
  let waiting = 0;
  area.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(tell, 150);
  });
  // A screen reader hears the count when the field is left, not on every key.
  area.addEventListener("blur", () => line.setAttribute("aria-live", "polite"));
  area.addEventListener("focus", () => line.setAttribute("aria-live", "off"));
  tell();
}

for (const area of document.querySelectorAll("textarea[data-words]")) watch(area);
