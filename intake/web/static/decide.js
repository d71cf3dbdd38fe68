// The decide page: choosing a reason fetches its letter, unless the present one was changed by hand.
// Without this file the button "Show this letter" does it.
const form = document.querySelector("form[data-letters]");
const letter = form?.querySelector("textarea[name=letter]");
const drafted = form?.querySelector("input[name=drafted]");
const again = form?.querySelector("button[name=show]")?.parentElement;
let fetched = letter?.value ?? "";

async function show(reason) {
  const address = new URL(form.dataset.letters, location.href);
  address.searchParams.set("reason", reason);
  const answer = await fetch(address, { headers: { Accept: "text/plain" } });
  if (!answer.ok) throw new Error(`letter: ${answer.status}`);
  letter.value = fetched = (await answer.text()).trimEnd();
  drafted.value = answer.headers.get("X-Letter") ?? "";
}

if (form && letter && again) {
  again.hidden = true;
  form.addEventListener("change", (event) => {
    if (event.target.name !== "reason") return;
    const changed = letter.value.trim() !== fetched.trim();
    again.hidden = !changed;
    if (!changed) {
      show(event.target.value).catch(() => {
        again.hidden = false; // the button asks the server again, with a page load
      });
    }
  });
}
