// Shows the progress of an application until there is a final decision.
const section = document.querySelector("[data-state]");

async function follow() {
  const response = await fetch(`${location.pathname}/decision`).catch(() => null);
  const progress = response?.ok ? await response.json() : null;
  if (progress && progress.state !== section.dataset.state) {
    section.dataset.state = progress.state;
    document.title = progress.title;
    section.querySelector("h1").textContent = progress.title;
    section.querySelector("p").textContent = progress.text;
  }
  if (!progress?.is_final) {
    setTimeout(follow, 500);
  }
}

follow();
