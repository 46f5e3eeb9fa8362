// What the show says beside its picture: title, chapter, product, a word to the audience. Shown when the picture that it goes with is.

const ntpToUnixMs = 2_208_988_800_000; // from 1900 to 1970
const longestWaitMs = 12_000;

export class Timeline extends EventTarget {
  /** What is true now: the newest item of each slot whose time has come. */
  now = { title: null, chapter: null, product: null, note: null };

  #last = 0;
  #due = [];

  /**
   * Takes a message of the data channel: first a snapshot of what is true, then item by item. Each sequence counts once, so that what comes
   * again after a reconnection changes nothing.
   */
  take(text) {
    const { type, state, item, videoTimestamp } = JSON.parse(text);
    if (type === "snapshot") this.#replace(state);
    else if (type === "item" && item.sequence > this.#last) {
      this.#last = item.sequence;
      this.#due.push({ ...slotted(item), videoTimestamp, arrived: performance.now() });
    }
  }

  /**
   * Shows what is due. `frame` is the RTP timestamp of the frame on screen, `captured` the NTP milliseconds at which it was; null when they
   * are not known. Without both nothing waits.
   */
  tick({ frame, captured }) {
    const isDue = (item) => {
      if (performance.now() - item.arrived > longestWaitMs) return true;
      if (frame !== null && item.videoTimestamp !== undefined) return ((frame - item.videoTimestamp) | 0) >= 0;
      return captured === null || item.at <= captured - ntpToUnixMs;
    };
    while (this.#due.length > 0 && isDue(this.#due[0])) this.#show(this.#due.shift());
  }

  /** A snapshot stands for all up to its sequence, also for what waits. One that is older than what is known changes nothing. */
  #replace(state) {
    if (state.sequence < this.#last) return;
    this.#last = state.sequence;
    this.#due = [];
    for (const slot of ["title", "chapter", "product"]) this.#show(state[slot] ? slotted(state[slot]) : { slot, cue: null });
  }

  #show({ slot, cue }) {
    if (!(slot in this.now)) return;
    this.now = { ...this.now, [slot]: cue };
    this.dispatchEvent(new CustomEvent("change", { detail: slot }));
  }
}

function slotted(item) {
  const { kind } = item.cue;
  const at = item.mediaTimeMilliseconds;
  return kind === "product-ended" ? { slot: "product", cue: null, at } : { slot: kind, cue: item.cue, at };
}

/** An amount of minor units as people of this language write it. */
export function price({ minorUnits, currency }) {
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
  return format.format(minorUnits / 10 ** format.resolvedOptions().maximumFractionDigits);
}
