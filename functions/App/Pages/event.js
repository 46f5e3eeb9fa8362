// Follows the event: the phase as the platform says it, the countdown as this clock runs.
const main = document.querySelector("main.event");
const phase = document.getElementById("phase");
const countdown = document.getElementById("countdown");
const starts = Date.parse(main.dataset.starts);
const waiting = ["announced", "provisioned", "rehearsed"];
const every = 5000;

const tick = () => {
  const seconds = Math.max(0, Math.floor((starts - Date.now()) / 1000));
  countdown.hidden = seconds === 0 || !waiting.includes(main.dataset.phase);
  const [days, hours, minutes] = [86400, 3600, 60].map((unit, i) => Math.floor(seconds / unit) % [Infinity, 24, 60][i]);
  countdown.textContent = `Doors open in ${days ? `${days} d ` : ""}${hours} h ${minutes} min ${seconds % 60} s`;
};

const follow = async () => {
  try {
    const answer = await fetch(`/e/${encodeURIComponent(main.dataset.event)}/state`);
    if (answer.ok) {
      const state = await answer.json();
      main.dataset.phase = state.phase;
      if (phase.textContent !== state.phaseText) phase.textContent = state.phaseText;
    }
  } catch {
    // Offline for a moment: what is shown stays, and the next look comes by itself.
  }
  setTimeout(follow, every);
};

tick();
setInterval(tick, 1000);
setTimeout(follow, every);
