// Follows the event: the phase as the platform says it, the countdown as this clock runs.
const main = document.querySelector("main.event");
const phase = document.getElementById("phase");
const countdown = document.getElementById("countdown");
const starts = Date.parse(main.dataset.starts);
const waiting = ["announced", "provisioned", "rehearsed"];
const every = 5000;
const home = `/e/${encodeURIComponent(main.dataset.event)}`;

const tick = () => {
  const seconds = Math.max(0, Math.floor((starts - Date.now()) / 1000));
  countdown.hidden = seconds === 0 || !waiting.includes(main.dataset.phase);
  const [days, hours, minutes] = [86400, 3600, 60].map((unit, i) => Math.floor(seconds / unit) % [Infinity, 24, 60][i]);
  countdown.textContent = `Doors open in ${days ? `${days} d ` : ""}${hours} h ${minutes} min ${seconds % 60} s`;
};

const follow = async () => {
  try {
    const answer = await fetch(`${home}/state`);
    if (answer.ok) {
      const state = await answer.json();
      main.dataset.phase = state.phase;
      tick();
      if (phase.textContent !== state.phaseText) phase.textContent = state.phaseText;
    }
  } catch {
    // Offline for a moment: what is shown stays, and the next look comes by itself.
  }
  await showLive();
  setTimeout(follow, every);
};

// The show itself, while it is on: the player of a PoP's relay in a frame. It says when it needs a ticket, and gets it by message, so that
// no address holds one.
const live = document.getElementById("live");
const ticketEvery = 5000;
let player = null;
let ticketAt = -Infinity;

const ticket = async () => {
  if (performance.now() - ticketAt < ticketEvery) return null;
  ticketAt = performance.now();
  const answer = await fetch(`${home}/view-token`, { method: "POST" });
  return answer.ok ? answer.json() : null;
};

const showLive = async () => {
  if (!["live", "wrapped"].includes(main.dataset.phase)) {
    live.replaceChildren();
    live.hidden = true;
    player = null;
  } else if (!player && main.dataset.phase === "live") {
    const found = await ticket().catch(() => null);
    const url = found?.endpoints.find((endpoint) => endpoint.player)?.player;
    if (!url || player) return;
    player = Object.assign(document.createElement("iframe"), { src: url, title: "The show", allow: "autoplay; fullscreen; picture-in-picture" });
    player.first = found.token;
    live.replaceChildren(player);
    live.hidden = false;
  }
};

addEventListener("message", async ({ source, origin, data }) => {
  if (!player || source !== player.contentWindow || origin !== new URL(player.src).origin || data?.type !== "marquee.token-needed") return;
  const token = player.first ?? (await ticket().catch(() => null))?.token;
  player.first = null;
  if (token) source.postMessage({ type: "marquee.token", token }, origin);
});

tick();
showLive();
setInterval(tick, 1000);
setTimeout(follow, every);
