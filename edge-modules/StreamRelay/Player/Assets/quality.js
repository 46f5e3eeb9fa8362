// What the picture and the sound are like, out of getStats: figures of the last second, for people and for tests.

const ofInterest = new Set(["inbound-rtp", "outbound-rtp", "remote-inbound-rtp", "candidate-pair", "transport"]);

/** A report's entries of one type, of one kind where that matters. */
export function entries(report, type, kind) {
  return [...report.values()].filter((entry) => entry.type === type && (!kind || entry.kind === kind));
}

/** The relay's clock as seen from here: NTP milliseconds are `Date.now()` plus the offset, give or take half the shortest round trip. */
export class RelayClock {
  offset = null;
  uncertaintyMs = Infinity;

  constructor(url) {
    this.url = url;
  }

  async measure(samples = 5) {
    for (let i = 0; i < samples; i++) {
      const [sentWall, sent] = [wallClock(), performance.now()];
      const answer = await fetch(this.url, { cache: "no-store" });
      if (!answer.ok) return;
      const { ntpMilliseconds } = await answer.json();
      const halfTrip = (performance.now() - sent) / 2;
      if (halfTrip < this.uncertaintyMs) {
        this.uncertaintyMs = halfTrip;
        this.offset = ntpMilliseconds - (sentWall + halfTrip);
      }
    }
  }

  now() {
    return this.offset === null ? null : wallClock() + this.offset;
  }
}

const wallClock = () => performance.timeOrigin + performance.now();

export class Quality {
  #pc;
  #clock;
  #before = new Map();

  constructor(pc, clock) {
    this.#pc = pc;
    this.#clock = clock;
  }

  /** Rates are over the time since the last call. A figure that is not known is null. */
  async read() {
    const report = await this.#pc.getStats();
    const [video] = entries(report, "inbound-rtp", "video");
    const [audio] = entries(report, "inbound-rtp", "audio");
    const pair = selectedPair(report);
    const figures = {
      latencyMs: this.#latency(video ?? audio),
      roundTripMs: milliseconds(pair?.currentRoundTripTime),
      bufferMs: this.#mean(video ?? audio, "jitterBufferDelay", "jitterBufferEmittedCount"),
      width: video?.frameWidth ?? null,
      height: video?.frameHeight ?? null,
      framesPerSecond: this.#rate(video, "framesDecoded"),
      kilobitsPerSecond: sum(this.#rate(video, "bytesReceived", 8 / 1000), this.#rate(audio, "bytesReceived", 8 / 1000)),
      lossPercent: this.#loss([video, audio].filter(Boolean)),
      packetsLost: (video?.packetsLost ?? 0) + (audio?.packetsLost ?? 0),
      pictureRequests: (video?.pliCount ?? 0) + (video?.firCount ?? 0),
      framesDecoded: video?.framesDecoded ?? 0,
      framesDropped: video?.framesDropped ?? 0,
      freezes: video?.freezeCount ?? 0,
      audioSamples: audio?.totalSamplesReceived ?? 0,
      codec: report.get(video?.codecId)?.mimeType.split("/")[1] ?? null,
      transport: report.get(pair?.localCandidateId)?.protocol ?? null,
    };
    this.#before = new Map([...report].filter(([, entry]) => ofInterest.has(entry.type)));
    return figures;
  }

  /**
   * From the camera to this screen: what is on screen now was captured at `estimatedPlayoutTimestamp`, in the relay's time; so it is
   * known once sender reports came, and as exact as the two clocks are near.
   */
  #latency(inbound) {
    const now = this.#clock?.now();
    if (!inbound?.estimatedPlayoutTimestamp || now === null || now === undefined) return null;
    const latency = now - inbound.estimatedPlayoutTimestamp;
    return latency > -50 && latency < 60_000 ? Math.max(0, latency) : null;
  }

  #delta(entry, name) {
    const before = entry && this.#before.get(entry.id);
    return before && entry[name] !== undefined ? entry[name] - (before[name] ?? 0) : null;
  }

  #rate(entry, name, factor = 1) {
    const seconds = (this.#delta(entry, "timestamp") ?? 0) / 1000;
    const delta = this.#delta(entry, name);
    return delta === null || seconds <= 0 ? null : delta / seconds * factor;
  }

  #mean(entry, total, count) {
    const n = this.#delta(entry, count);
    return n ? milliseconds(this.#delta(entry, total) / n) : null;
  }

  #loss(inbound) {
    const lost = inbound.reduce((total, entry) => total + Math.max(0, this.#delta(entry, "packetsLost") ?? 0), 0);
    const received = inbound.reduce((total, entry) => total + (this.#delta(entry, "packetsReceived") ?? 0), 0);
    return received + lost > 0 ? 100 * lost / (received + lost) : null;
  }
}

/** The pair of addresses that media takes. */
function selectedPair(report) {
  const [transport] = entries(report, "transport");
  return report.get(transport?.selectedCandidatePairId) ?? entries(report, "candidate-pair").find((pair) => pair.nominated);
}

const milliseconds = (seconds) => (Number.isFinite(seconds) ? seconds * 1000 : null);
const sum = (...values) => values.some((value) => value !== null) ? values.reduce((total, value) => total + (value ?? 0), 0) : null;
