// What the show says beside its picture: title, chapter, product, a word to the audience. Shown when the picture that it goes with is.

const ntpToUnixMs = 2_208_988_800_000;
const longestWaitMs = 12_000;

export class Timeline extends EventTarget {
  /** What is true now: the newest item of each slot whose time has come. */
  now = { title: null, chapter: null, product: null, note: null };

  #last = 0;
  #due = [];

  /**
   * Takes a message of the data channel: a snapshot, `{"state": …}`, or an item. Each sequence counts once, so that what comes again
   * after a reconnection changes nothing.
   */
  take(text) {
    const message = JSON.parse(text);
    const state = message.state ?? message.snapshot;
    if (state) {
      const items = [state.title, state.chapter, state.product].filter(Boolean);
      if (!state.product) this.#show({ slot: "product", cue: null });
      items.sort((a, b) => a.sequence - b.sequence).forEach((item) => this.#show(slotted(item)));
      this.#last = Math.max(this.#last, state.sequence);
    } else {
      const item = message.item ?? message;
      if (!item.cue || item.sequence <= this.#last) return;
      this.#last = item.sequence;
      this.#due.push({ ...slotted(item), arrived: performance.now() });
    }
  }

  /** Shows what is due. `playoutNtpMs` is when the frame on screen was captured, null when that is not known: then nothing waits. */
  tick(playoutNtpMs) {
    const ready = (item) => playoutNtpMs === null || item.at <= playoutNtpMs - ntpToUnixMs || performance.now() - item.arrived > longestWaitMs;
    while (this.#due.length > 0 && ready(this.#due[0])) this.#show(this.#due.shift());
  }

  #show({ slot, cue }) {
    if (!(slot in this.now)) return;
    this.now = { ...this.now, [slot]: cue };
    this.dispatchEvent(new CustomEvent("change", { detail: slot }));
  }
}

function slotted(item) {
  const { kind } = item.cue;
  return { slot: kind === "product-ended" ? "product" : kind, cue: kind === "product-ended" ? null : item.cue, at: item.mediaTimeMilliseconds };
}

/** An amount of minor units as people of this language write it. */
export function price({ minorUnits, currency }) {
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
  return format.format(minorUnits / 10 ** format.resolvedOptions().maximumFractionDigits);
}
