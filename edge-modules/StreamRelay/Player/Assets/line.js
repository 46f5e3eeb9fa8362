// Keeps a WHIP or WHEP session up: makes it, watches that something flows, mends it, makes it anew.

import { open, Refusal } from "./resource.js";

/** What a line may be in. `still`: the session stands, but nothing flows. `waiting`: there is no show yet. */
export const State = Object.freeze({
  connecting: "connecting", up: "up", still: "still", lost: "lost", waiting: "waiting", over: "over", full: "full",
  refused: "refused", unplayable: "unplayable", blocked: "blocked", replaced: "replaced", closed: "closed",
});

const connectPatience = 6000; // of ICE and DTLS
const mendPatience = 4000;
const lookEvery = 250;
const knockEvery = 5000;
const firstWait = 200;
const longestWait = 8000;
const waitForShow = 1000;
const blockedAfter = 3;       // answers without a connection in a row: something between us and the relay does not let media through

const always = async () => true;

export class Line extends EventTarget {
  state = State.connecting;
  /** The running session's peer connection; null between sessions. */
  pc = null;

  #stopped = false;
  #failures = 0;
  #unconnected = 0;
  #wake = () => {};
  #session = null;

  /**
   * @param endpoint   Where the offer goes.
   * @param token      Bearer token, or null.
   * @param prepare    Adds the tracks and channels to a new RTCPeerConnection.
   * @param flow       A number out of an RTCStatsReport that rises as long as media flows.
   * @param stillAfter Milliseconds without a rise after which the relay is asked.
   * @param shape      Changes the relay's answer before it is taken.
   * @param isReady    Asked before each try: false while there is nothing to connect to, which waits without an offer.
   * @param mayReturn  Asked when the relay has ended a session that was up: whether to make another.
   */
  constructor({ endpoint, token, prepare, flow, stillAfter, shape = (answer) => answer, isReady = always, mayReturn = always }) {
    super();
    Object.assign(this, { endpoint, token, prepare, flow, stillAfter, shape, isReady, mayReturn });
    addEventListener("online", this.#nudge);
    addEventListener("pagehide", this.#leave);
    addEventListener("pageshow", this.#returned);
  }

  /** Runs until `close`. */
  async run() {
    while (!this.#stopped) {
      let wait = 0;
      try {
        await this.#connect();
        await this.#watch();
        const isReplaced = !this.#stopped && !await this.mayReturn();
        if (!this.#stopped) this.#become(isReplaced ? State.replaced : State.lost);
        wait = isReplaced ? Infinity : this.#backOff();
      } catch (error) {
        wait = this.#judge(error);
      }
      this.#end();
      if (!this.#stopped) await this.#pause(wait);
    }
  }

  /** Tries again now, with another token perhaps. */
  retry(token = this.token) {
    this.token = token;
    this.#failures = this.#unconnected = 0;
    this.#nudge();
  }

  close() {
    this.#stopped = true;
    removeEventListener("online", this.#nudge);
    removeEventListener("pagehide", this.#leave);
    removeEventListener("pageshow", this.#returned);
    this.#end();
    this.#become(State.closed);
    this.#nudge();
  }

  async #connect() {
    if (![State.waiting, State.full, State.lost, State.blocked].includes(this.state)) this.#become(State.connecting);
    if (!globalThis.RTCPeerConnection) throw new Refusal(406, "no_webrtc", null);
    if (!await this.isReady()) throw new Refusal(409, "stream_not_live", waitForShow);
    const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
    this.pc = pc;
    this.prepare(pc);
    this.#session = await open(this.endpoint, this.token, pc, this.shape);
    if (await this.#connected(connectPatience)) {
      this.#unconnected = 0;
      return;
    }
    this.#unconnected++;
    throw new Error("not connected");
  }

  /** Returns when the session is lost. */
  async #watch() {
    const { pc } = this;
    let [last, since, knocked] = [-1, performance.now(), 0];
    while (!this.#stopped && this.pc === pc) {
      const now = performance.now();
      const value = this.flow(await pc.getStats());
      if (value > last) {
        [last, since, knocked] = [value, now, 0];
        if (value > 0) {
          this.#failures = 0;
          this.#become(State.up);
        }
      } else if (now - since > this.stillAfter && (knocked === 0 || now - knocked > knockEvery)) {
        if (await this.#session.knock() !== "alive") return;
        knocked = performance.now();
        this.#become(State.still);
      }
      if (pc.connectionState === "closed") return;
      if (["disconnected", "failed"].includes(pc.connectionState) && !await this.mend()) return;
      await new Promise((resolve) => setTimeout(resolve, lookEvery));
    }
  }

  /** A path broke under a session that stands: another is looked for, and the media goes on where it was. True when it does. */
  async mend() {
    try {
      await this.#session.restartIce();
      return await this.#connected(mendPatience);
    } catch {
      return false;
    }
  }

  #connected(patience) {
    const pc = this.pc;
    return new Promise((resolve) => {
      const done = (answer) => {
        clearTimeout(timer);
        pc.removeEventListener("connectionstatechange", look);
        resolve(answer);
      };
      const look = () => {
        if (pc.connectionState === "connected") done(true);
        else if (["failed", "closed"].includes(pc.connectionState)) done(false);
      };
      const timer = setTimeout(() => done(pc.connectionState === "connected"), patience);
      pc.addEventListener("connectionstatechange", look);
      look();
    });
  }

  /** What an error means, and how long to wait for the next try. */
  #judge(error) {
    if (!(error instanceof Refusal)) {
      this.#become(this.#unconnected >= blockedAfter ? State.blocked : State.lost);
      return this.#backOff();
    }
    this.reason = error;
    const wait = error.retryAfterMs ?? waitForShow;
    switch (error.status) {
      case 401:
      case 403: return this.#become(State.refused), Infinity;
      case 404:
      case 409: return this.#become(State.waiting), jittered(wait);
      case 410: return this.#become(State.over), Infinity;
      case 406: return this.#become(State.unplayable), Infinity;
      case 429:
      case 503: return this.#become(State.full), jittered(wait);
      default: return this.#become(State.lost), this.#backOff();
    }
  }

  #backOff() {
    return jittered(Math.min(longestWait, firstWait * 2 ** this.#failures++));
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (milliseconds !== Infinity) setTimeout(resolve, milliseconds);
    });
  }

  #end() {
    if (this.#session) this.#session.close();
    else this.pc?.close();
    this.#session = this.pc = null;
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new Event("state"));
  }

  #nudge = () => this.#wake();
  #leave = () => this.#end();
  #returned = (event) => event.persisted && this.#nudge();
}

/** Between half and one and a half times: many viewers who lost the same relay do not come back in the same moment. */
function jittered(milliseconds) {
  return milliseconds * (0.5 + Math.random());
}
