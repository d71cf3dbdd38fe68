// The light and dark switch without a page load; the links work without this file.
const root = document.documentElement;
const year = 365 * 24 * 3600;

function choose(link) {
  const chosen = link.dataset.themeSet;
  if (chosen) root.dataset.theme = chosen;
  else delete root.dataset.theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${chosen}; Path=/; Max-Age=${chosen ? year : 0}; SameSite=Lax${secure}`;
  for (const other of document.querySelectorAll("[data-theme-set]")) {
    if (other === link) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-theme-set]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  choose(link);
});
