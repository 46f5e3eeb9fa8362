// The creator's page: a camera or a screen, a look at it, and one button.

import { State } from "./line.js";
import { entries } from "./quality.js";
import { publish } from "./publishing.js";

const $ = (id) => document.getElementById(id);
const desk = document.querySelector(".desk");
const streamId = decodeURIComponent(location.pathname.split("/").pop());
const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? new URLSearchParams(location.search).get("access_token");

const words = {
  [State.connecting]: ["Connecting", ""],
  [State.up]: ["On air", ""],
  [State.still]: ["On air?", "The relay hears nothing from here. Is the camera still on?"],
  [State.lost]: ["Reconnecting", "The connection broke. The show goes on as soon as it is back."],
  [State.waiting]: ["Not yet", "The stage is taken, or the event is not open. Trying again."],
  [State.over]: ["Off air", "The event is over: its stage is closed."],
  [State.full]: ["Waiting", "The relay is full. Trying again."],
  [State.refused]: ["Off air", "This link has run out or is for another show. Ask for a new one."],
  [State.unplayable]: ["Off air", "The relay does not take this browser’s picture. Try another browser."],
  [State.blocked]: ["Off air", "This network lets no live picture through. Try another one."],
  [State.replaced]: ["Off air", "Another sender has taken over the stage."],
  [State.closed]: ["Off air", ""],
};

const at = (root) => new URL(`../${root}/${encodeURIComponent(streamId)}`, location.href);

let stream = null;
let line = null;
let since = 0;
let wakeLock = null;

// ---- what is on stage

const picture = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };

function sound() {
  const isSpeech = !$("music").checked;
  return { echoCancellation: isSpeech, noiseSuppression: isSpeech, autoGainControl: isSpeech, channelCount: { ideal: 2 } };
}

const chosen = (id) => ($(id).value ? { deviceId: { exact: $(id).value } } : {});

async function take(source) {
  if (!navigator.mediaDevices) return say("The browser gives cameras to pages on https only.");
  try {
    const { mediaDevices } = navigator;
    const microphone = { ...sound(), ...chosen("audio-source") };
    const fresh = source === "screen"
      ? await mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 30 } }, audio: true })
      : await mediaDevices.getUserMedia({ video: { ...picture, ...chosen("video-source") }, audio: microphone });
    // A screen has no sound of its own everywhere; the talk to it has.
    if (fresh.getAudioTracks().length === 0) fresh.addTrack((await mediaDevices.getUserMedia({ audio: microphone })).getAudioTracks()[0]);
    put(fresh, source);
    await listDevices();
  } catch (error) {
    const isForbidden = error.name === "NotAllowedError";
    say(isForbidden ? "The browser was told not to give camera or screen to this page." : `There is no picture: ${error.message}`);
  }
}

function put(fresh, source) {
  const [video] = fresh.getVideoTracks();
  video.contentHint = source === "screen" ? "detail" : "motion";
  if (line) fresh.getTracks().forEach((track) => line.replaceTrack(track));
  if (stream) for (const track of stream.getTracks()) track.stop();
  if (stream && line) {
    // The line keeps sending this object's tracks after a reconnection.
    stream.getTracks().forEach((track) => stream.removeTrack(track));
    fresh.getTracks().forEach((track) => stream.addTrack(track));
  } else {
    stream = fresh;
  }
  $("video").srcObject = new MediaStream([video]);
  $("video").classList.toggle("mirrored", source !== "screen" && video.getSettings().facingMode !== "environment");
  $("camera").setAttribute("aria-pressed", String(source !== "screen"));
  $("screen").setAttribute("aria-pressed", String(source === "screen"));
  $("curtain").hidden = true;
  $("go").disabled = false;
  say("");
  meter(fresh);
}

async function listDevices() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  for (const [id, kind] of [["video-source", "videoinput"], ["audio-source", "audioinput"]]) {
    const known = devices.filter((device) => device.kind === kind);
    const current = stream?.getTracks().find((track) => kind.startsWith(track.kind))?.getSettings().deviceId;
    $(id).replaceChildren(...known.map(({ deviceId, label }) => new Option(label || "Unnamed", deviceId, false, deviceId === current)));
    $(id).disabled = known.length === 0;
  }
}

// ---- going out

function toggle() {
  if (line) return line.close();
  line = publish({ whipUrl: at("whip"), statusUrl: at("streams"), token, stream });
  line.addEventListener("state", render);
  line.run();
  render();
  navigator.wakeLock?.request("screen").then((lock) => { wakeLock = lock; }, () => {});
}

function render() {
  const { state } = line;
  desk.dataset.state = state;
  if (state === State.up && !since) since = performance.now();
  const [air, text] = words[state];
  $("air").textContent = air;
  say(text);
  const isOff = [State.closed, State.refused, State.unplayable, State.over, State.replaced].includes(state);
  if (isOff) {
    if (state !== State.closed) line.close();
    wakeLock?.release().catch(() => {});
    [line, since, wakeLock] = [null, 0, null];
    desk.dataset.state = "off";
    $("air").textContent = "Off air";
    if (state !== State.closed) say(text);
  }
  $("go").textContent = isOff ? "Go live" : "Stop";
  $("figures").hidden = isOff;
}

const say = (text) => { $("message").textContent = text; };

// ---- figures

const before = { at: 0, bytes: 0 };

setInterval(async () => {
  if (!line?.pc || line.state !== State.up) return;
  const report = await line.pc.getStats().catch(() => null);
  if (!report) return;
  const [video] = entries(report, "outbound-rtp", "video");
  const remote = entries(report, "remote-inbound-rtp", "video")[0] ?? entries(report, "remote-inbound-rtp", "audio")[0];
  const bytes = entries(report, "outbound-rtp").reduce((total, entry) => total + entry.bytesSent, 0);
  const now = performance.now();
  const rate = (bytes - before.bytes) * 8 / (now - before.at);
  Object.assign(before, { at: now, bytes });
  const audience = await fetch(at("streams"), { cache: "no-store" }).then((answer) => answer.json()).catch(() => null);
  const seconds = Math.floor((now - since) / 1000);
  $("air").textContent = `On air ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  const rows = {
    "Watching here": `${audience?.viewers ?? "–"}`,
    "Picture": video?.frameWidth ? `${video.frameWidth} × ${video.frameHeight}, ${video.framesPerSecond ?? 0} fps` : "–",
    "Rate": rate >= 0 && rate < 1e6 ? `${rate.toFixed(0)} kb/s` : "–",
    "Round trip": remote?.roundTripTime === undefined ? "–" : `${(remote.roundTripTime * 1000).toFixed(0)} ms`,
    "Lost on the way": remote?.fractionLost === undefined ? "–" : `${(remote.fractionLost * 100).toFixed(1)} %`,
    "Held back by": { none: "nothing", cpu: "this computer", bandwidth: "the network" }[video?.qualityLimitationReason] ?? "–",
  };
  window.marqueeFigures = { framesSent: video?.framesSent ?? 0, kilobitsPerSecond: rate };
  $("figures").replaceChildren(...Object.entries(rows).flatMap(([name, value]) => {
    const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
    [dt.textContent, dd.textContent] = [name, value];
    return [dt, dd];
  }));
}, 1000);

let analyser = null;

function meter(fresh) {
  const [track] = fresh.getAudioTracks();
  if (!track) return;
  const context = analyser?.context ?? new AudioContext();
  analyser = new AnalyserNode(context, { fftSize: 1024 });
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
}

setInterval(() => {
  if (!analyser) return;
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  $("level").value = samples.reduce((loudest, sample) => Math.max(loudest, Math.abs(sample)), 0);
}, 100);

fetch(at("streams")).then((answer) => answer.json()).then(({ title }) => { if (title) $("title").textContent = title; }).catch(() => {});

// ---- hands

$("camera").addEventListener("click", () => take("camera"));
$("screen").addEventListener("click", () => take("screen"));
for (const id of ["video-source", "audio-source", "music"]) $(id).addEventListener("change", () => stream && take("camera"));
$("go").addEventListener("click", toggle);
addEventListener("beforeunload", (event) => { if (line) event.preventDefault(); });
