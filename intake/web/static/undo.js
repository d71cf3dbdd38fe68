// The countdown on the undo bar. When it runs out the bar goes: the letter has left.
// The server keeps the time that counts; without this file the bar stays and a late click is refused politely.
function run(bar) {
  const line = bar.querySelector("[data-undo-left]");
  const end = performance.now() + Number(bar.dataset.undo) * 1000;
  const tell = () => {
    const left = Math.ceil((end - performance.now()) / 1000);
    if (left <= 0) {
      clearInterval(clock);
      if (bar.contains(document.activeElement)) document.getElementById("content")?.focus();
      bar.remove();
      return;
    }
    if (line) line.textContent = line.dataset.text.replace("{seconds}", left);
  };
  const clock = setInterval(tell, 500);
  tell();
}

for (const bar of document.querySelectorAll("[data-undo]")) run(bar);
