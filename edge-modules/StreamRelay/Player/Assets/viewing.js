// Watching a stream by WHEP, and by HLS where nothing else gets through.

import { Line, State } from "./line.js";
import { entries, Quality } from "./quality.js";

const metadataChannel = "marquee.metadata";
const stillAfter = 1000; // sound alone is 50 packets a second
const hlsType = "application/vnd.apple.mpegurl";
const hlsRetryAfter = 5000;

/** Like a `Line`, with the pictures in `video`, and what comes with them as "metadata" events. */
export class Viewing extends EventTarget {
  quality = null;
  isHls = false;

  #video;
  #hlsUrl;
  #clock;
  #line;

  constructor({ video, whepUrl, statusUrl, hlsUrl, token, clock }) {
    super();
    this.#video = video;
    this.#hlsUrl = hlsUrl;
    this.#clock = clock;
    this.#line = new Line({
      endpoint: whepUrl, token, stillAfter, flow: received, prepare: (pc) => this.#prepare(pc), isReady: () => mayBeOn(statusUrl),
    });
    this.#line.addEventListener("state", () => this.#changed());
    video.addEventListener("error", () => this.#hlsFailed());
    this.#line.run();
  }

  get state() {
    return this.isHls ? State.up : this.#line.state;
  }

  get reason() {
    return this.#line.reason;
  }

  get pc() {
    return this.#line.pc;
  }

  /** Tries again at once, by WebRTC. */
  retry(token) {
    this.#leaveHls();
    if (token) this.#hlsUrl.searchParams.set("access_token", token);
    this.#line.retry(token);
  }

  close() {
    this.#line.close();
  }

  #prepare(pc) {
    const stream = new MediaStream();
    this.quality = new Quality(pc, this.#clock);
    pc.addEventListener("track", ({ track, receiver }) => {
      // As soon as it is there: a show that people take part in is worth a lost frame.
      if ("jitterBufferTarget" in receiver) receiver.jitterBufferTarget = 0;
      else receiver.playoutDelayHint = 0;
      stream.addTrack(track);
      // The last picture of the session before stays until this one has something to show.
      track.addEventListener("unmute", () => this.#show(stream));
    });
    for (const kind of ["video", "audio"]) pc.addTransceiver(kind, { direction: "recvonly" });
    const take = ({ data }) => this.dispatchEvent(new CustomEvent("metadata", { detail: data }));
    pc.createDataChannel(metadataChannel).addEventListener("message", take);
    pc.addEventListener("datachannel", ({ channel }) => {
      if (channel.label === metadataChannel) channel.addEventListener("message", take);
    });
  }

  #show(stream) {
    if (this.#video.srcObject === stream) return;
    this.#leaveHls();
    this.#video.srcObject = stream;
    this.#play();
  }

  #changed() {
    this.#tryHls();
    this.dispatchEvent(new Event("state"));
  }

  /** Seconds behind, but there: where no WebRTC gets through, or this browser lacks the codec for it. The line keeps trying meanwhile. */
  #tryHls() {
    if (this.isHls || ![State.blocked, State.unplayable].includes(this.#line.state) || !this.#video.canPlayType(hlsType)) return;
    this.isHls = true;
    this.#video.srcObject = null;
    this.#video.src = this.#hlsUrl;
    this.#play();
  }

  #leaveHls() {
    if (!this.isHls) return;
    this.isHls = false;
    this.#video.removeAttribute("src");
    this.#video.load();
  }

  #hlsFailed() {
    if (!this.isHls) return;
    this.#leaveHls();
    this.dispatchEvent(new Event("state"));
    setTimeout(() => this.#changed(), hlsRetryAfter);
  }

  /** With sound when the browser lets us, else without: sound comes back at a tap. */
  #play() {
    this.#video.play().catch(() => {
      this.#video.muted = true;
      return this.#video.play();
    }).catch(() => {});
  }
}

const received = (report) => entries(report, "inbound-rtp").reduce((total, entry) => total + (entry.packetsReceived ?? 0), 0);

/** False when the relay says that nobody sends yet to an event that is not over; all else is the session's to tell. */
const mayBeOn = (statusUrl) => fetch(statusUrl, { cache: "no-store" }).then((answer) => answer.json())
  .then(({ isLive, phase }) => isLive !== false || !["provisioned", "rehearsed", "live"].includes(phase), () => true);
