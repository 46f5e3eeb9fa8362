// The page: what the viewing does becomes words, lamps and figures.

import { State } from "./line.js";
import { RelayClock } from "./quality.js";
import { price, Timeline } from "./timeline.js";
import { Viewing } from "./viewing.js";

const $ = (id) => document.getElementById(id);
const show = document.querySelector(".show");
const video = $("video");
const at = (path) => new URL(path, location.href);

const streamId = decodeURIComponent(location.pathname.split("/").pop());
const statusUrl = at(`../streams/${encodeURIComponent(streamId)}`);
const isFramed = parent !== window;
const figuresEvery = 1000;
const tickEvery = 100;
const idleAfter = 2500;

const words = {
  [State.connecting]: ["Taking your seat", ""],
  [State.waiting]: ["Starts soon", "This page begins by itself when the show does."],
  [State.over]: ["The show is over", "Thank you for coming."],
  [State.still]: ["Back in a moment", "The stage has gone quiet. The show goes on by itself."],
  [State.lost]: ["Finding the show again", "The connection broke. You need not do anything."],
  [State.full]: ["A full house", "Every seat is taken. You are in the queue."],
  [State.refused]: ["This seat needs a ticket", "The link has run out or is for another show. Open the event’s page again."],
  [State.unplayable]: ["This browser cannot show it", "It has no decoder for this show’s picture. Another browser will."],
  [State.blocked]: ["The way is blocked", "Your network lets no live picture through. Another network may, such as your phone’s."],
  [State.closed]: ["Good night", ""],
};

const clock = new RelayClock(at("clock/now"));
const timeline = new Timeline();
let viewing = null;

// The token: from the address when it has one, and from the page around us at any time. frame-ancestors says which pages may be that.
const tokenInAddress = new URLSearchParams(location.hash.slice(1)).get("token") ?? new URLSearchParams(location.search).get("access_token");

function start(token) {
  const hlsUrl = at(`../hls/${encodeURIComponent(streamId)}/index.m3u8`);
  if (token) hlsUrl.searchParams.set("access_token", token); // a media element cannot set a header
  viewing = new Viewing({ video, whepUrl: at(`../whep/${encodeURIComponent(streamId)}`), statusUrl, hlsUrl, token, clock });
  viewing.addEventListener("state", render);
  viewing.addEventListener("metadata", ({ detail }) => timeline.take(detail));
  render();
}

addEventListener("message", ({ source, data }) => {
  if (source !== parent || data?.type !== "marquee.token" || typeof data.token !== "string") return;
  if (viewing) viewing.retry(data.token);
  else start(data.token);
});

function tell(message) {
  if (isFramed) parent.postMessage(message, "*"); // nothing in it is secret
}

// ---- words and lamps

function render() {
  const { state, isHls } = viewing;
  const seen = video.readyState >= 2 && video.videoWidth > 0;
  const isUp = state === State.up && seen;
  const shown = state === State.up && !seen ? State.connecting : state;
  const [title, text] = shown === State.unplayable && isHls ? ["", ""] : words[shown] ?? ["", ""];
  if (shown !== State.up && show.dataset.state === State.up) keepLastPicture();
  if (isUp) $("still").hidden = true;
  $("curtain").hidden = isUp;
  $("curtain-title").textContent = title;
  $("curtain-text").textContent = text;
  $("again").hidden = ![State.refused, State.blocked, State.unplayable, State.full].includes(shown);
  Object.assign(show.dataset, { state: shown, hls: String(isHls) });
  const notice = isUp ? "" : title;
  if ($("notice").textContent !== notice) $("notice").textContent = notice;
  $("air").textContent = isHls ? "A few seconds behind" : "Live";
  renderSound();
  tell({ type: "marquee.player", state: shown });
  if (shown === State.refused) tell({ type: "marquee.token-needed", streamId });
}

/** A session that ends takes its picture with it; behind the words, the last one stays. */
function keepLastPicture() {
  const still = $("still");
  [still.width, still.height] = [video.videoWidth, video.videoHeight];
  still.getContext("2d").drawImage(video, 0, 0);
  still.hidden = false;
}

function renderSound() {
  const isMuted = video.muted || video.volume === 0;
  $("mute").setAttribute("aria-pressed", String(isMuted));
  $("volume").value = isMuted ? 0 : video.volume;
  $("sound").hidden = !(isMuted && show.dataset.state === State.up && !show.dataset.heard);
}

function renderBill() {
  const { title, chapter, product, note } = timeline.now;
  if (title) {
    $("title").textContent = title.title;
    document.title = `${title.title} · Marquee`;
  }
  $("chapter").textContent = chapter?.title ?? "";
  $("note").hidden = !note;
  $("note").textContent = note?.text ?? "";
  $("card").hidden = !product;
  if (!product) return;
  $("product").textContent = product.name;
  $("price").textContent = price(product.price);
  $("buy").hidden = !product.url;
  if (product.url && new URL(product.url).protocol === "https:") $("buy").href = product.url;
}

timeline.addEventListener("change", ({ detail }) => {
  renderBill();
  if (detail !== "note") return;
  clearTimeout(renderBill.timer);
  renderBill.timer = setTimeout(() => { $("note").hidden = true; }, 8000);
});
for (const event of ["loadeddata", "playing", "resize", "emptied"]) video.addEventListener(event, () => viewing && render());

// Before anything is said beside the picture, the event's own title; and while the audience waits, when it begins.
fetch(statusUrl).then((answer) => answer.json()).then(({ title, startsAt }) => {
  if (title && !timeline.now.title) [$("title").textContent, document.title] = [title, `${title} · Marquee`];
  const starts = new Date(startsAt);
  if (starts > Date.now()) {
    const time = starts.toLocaleString(undefined, { weekday: "long", hour: "numeric", minute: "2-digit" });
    words[State.waiting][1] = `It is planned for ${time}. This page begins by itself when the show does.`;
    if (viewing) render();
  }
}).catch(() => {});

// ---- figures

const rounded = (value, unit, digits = 0) => (value === null || value === undefined ? "–" : `${value.toFixed(digits)} ${unit}`);

async function readFigures() {
  if (!viewing?.quality || !viewing.pc || viewing.isHls) return;
  const figures = await viewing.quality.read().catch(() => null);
  if (!figures) return;
  window.marqueeFigures = figures; // for whoever tests the page, or asks what it is like
  $("lag").textContent = figures.latencyMs === null ? "" : `${(figures.latencyMs / 1000).toFixed(2)} s behind`;
  const rows = {
    "Behind the stage": figures.latencyMs === null ? "–" : `${rounded(figures.latencyMs, "ms")} ± ${Math.ceil(clock.uncertaintyMs)}`,
    "Round trip": rounded(figures.roundTripMs, "ms"),
    "Waiting to be shown": rounded(figures.bufferMs, "ms"),
    "Picture": figures.width ? `${figures.width} × ${figures.height}, ${rounded(figures.framesPerSecond, "fps")}` : "–",
    "Rate": rounded(figures.kilobitsPerSecond, "kb/s"),
    "Lost on the way": rounded(figures.lossPercent, "%", 1),
    "Freezes": `${figures.freezes}`,
    "By": [figures.codec, figures.transport?.toUpperCase()].filter(Boolean).join(", ") || "–",
  };
  $("figures").replaceChildren(...Object.entries(rows).flatMap(([name, value]) => {
    const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
    [dt.textContent, dd.textContent] = [name, value];
    return [dt, dd];
  }));
}

setInterval(readFigures, figuresEvery);
setInterval(() => {
  const latency = window.marqueeFigures?.latencyMs ?? null;
  timeline.tick({ frame: frameOnScreen, captured: latency === null || clock.now() === null ? null : clock.now() - latency });
}, tickEvery);
let frameOnScreen = null;
function followFrames(now, { rtpTimestamp }) {
  frameOnScreen = rtpTimestamp ?? null;
  video.requestVideoFrameCallback(followFrames);
}
video.requestVideoFrameCallback?.(followFrames);
clock.measure().catch(() => {});
setInterval(() => clock.measure().catch(() => {}), 60_000);

// ---- hands

const listen = (id, does) => $(id).addEventListener("click", does);

function setMuted(isMuted) {
  video.muted = isMuted;
  if (!isMuted && video.volume === 0) video.volume = 1;
  if (!isMuted) show.dataset.heard = "true";
}

const toggleMute = () => setMuted(!(video.muted || video.volume === 0));

function toggleFigures() {
  $("figures").hidden = !$("figures").hidden;
  $("info").setAttribute("aria-pressed", String(!$("figures").hidden));
}

function togglePip() {
  const toggled = document.pictureInPictureElement ? document.exitPictureInPicture() : video.requestPictureInPicture();
  toggled.catch(() => {});
}

function toggleFull() {
  if (document.fullscreenElement) document.exitFullscreen();
  else if ($("stage").requestFullscreen) $("stage").requestFullscreen().catch(() => {});
  else video.webkitEnterFullscreen?.(); // iPhones know it for videos only
}

listen("sound", () => setMuted(false));
listen("mute", toggleMute);
listen("info", toggleFigures);
listen("pip", togglePip);
listen("full", toggleFull);
listen("again", () => viewing.retry());
$("volume").addEventListener("input", ({ target }) => {
  video.volume = Number(target.value);
  setMuted(video.volume === 0);
});
video.addEventListener("volumechange", renderSound);
$("pip").hidden = !document.pictureInPictureEnabled;
$("full").hidden = !(document.fullscreenEnabled || video.webkitEnterFullscreen);

const keys = { m: toggleMute, i: toggleFigures, p: togglePip, f: toggleFull };
addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});

// Hands that rest get the picture without the bar; a keyboard's focus keeps it.
let rest = 0;
function stir() {
  show.dataset.idle = "false";
  clearTimeout(rest);
  rest = setTimeout(() => { show.dataset.idle = String(!$("bar").matches(":focus-within")); }, idleAfter);
}
for (const event of ["pointermove", "pointerdown", "focusin", "keydown"]) addEventListener(event, stir);
stir();

document.documentElement.classList.toggle("framed", isFramed);
if (tokenInAddress || !isFramed) start(tokenInAddress);
else tell({ type: "marquee.token-needed", streamId });
