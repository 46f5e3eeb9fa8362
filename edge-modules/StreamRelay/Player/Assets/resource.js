// A WHIP or WHEP session as the HTTP resource that it is (RFC 9725): made by an offer, asked after and restarted by PATCH, ended by DELETE.

const patience = 8000;
const fragmentType = "application/trickle-ice-sdpfrag";

/** An answer that is not the one hoped for. `code` is the relay's stable name for the reason. */
export class Refusal extends Error {
  constructor(status, code, retryAfterMs) {
    super(`${status} ${code}`);
    Object.assign(this, { status, code, retryAfterMs });
  }

  static async from(answer) {
    const problem = await answer.json().catch(() => ({}));
    const seconds = Number(answer.headers.get("Retry-After"));
    return new Refusal(answer.status, problem.code ?? "", seconds > 0 ? seconds * 1000 : null);
  }
}

/**
 * Makes a session of a peer connection: sends its offer, takes the answer, which `shape` may change first. Rejects with a `Refusal`, or a
 * `TypeError` without network.
 */
export async function open(endpoint, token, pc, shape) {
  const offer = await offerOf(pc);
  const answer = await fetch(endpoint, {
    method: "POST", body: offer, headers: headers(token, { "Content-Type": "application/sdp" }), signal: AbortSignal.timeout(patience),
  });
  if (answer.status !== 201) throw await Refusal.from(answer);
  const session = new Session(new URL(answer.headers.get("Location"), answer.url), token, pc, shape, answer.headers.get("ETag"));
  const iceServers = iceServersIn(answer.headers.get("Link"));
  if (iceServers.length > 0) pc.setConfiguration({ ...pc.getConfiguration(), iceServers });
  await session.accept(await answer.text());
  return session;
}

class Session {
  #etag;
  #answer;

  constructor(url, token, pc, shape, etag) {
    Object.assign(this, { url, token, pc, shape });
    this.#etag = etag;
  }

  async accept(answer) {
    this.#answer = answer;
    await this.pc.setRemoteDescription({ type: "answer", sdp: this.shape(answer) });
  }

  /** Whether the relay still has the session: "alive", "gone", or "unreachable" when there is no answer. */
  async knock() {
    try {
      const answer = await this.#patch(`${iceLines(this.pc.localDescription.sdp)}a=end-of-candidates\r\n`, this.#etag);
      return answer.status === 404 || answer.status === 401 || answer.status === 403 ? "gone" : "alive";
    } catch {
      return "unreachable";
    }
  }

  /** New ICE credentials on both sides, for a network that changed under us; the media goes on. */
  async restartIce() {
    const offer = await offerOf(this.pc, { iceRestart: true });
    const answer = await this.#patch(iceLines(offer), "*");
    if (answer.status !== 200) throw await Refusal.from(answer);
    this.#etag = answer.headers.get("ETag") ?? this.#etag;
    await this.accept(withIce(this.#answer, await answer.text()));
  }

  /** Ends it, also when the page is about to go. */
  close() {
    this.pc.close();
    fetch(this.url, { method: "DELETE", headers: headers(this.token), keepalive: true }).catch(() => {});
  }

  #patch(body, etag) {
    const conditions = etag ? { "If-Match": etag } : {};
    return fetch(this.url, {
      method: "PATCH", body, signal: AbortSignal.timeout(patience),
      headers: headers(this.token, { "Content-Type": fragmentType, ...conditions }),
    });
  }
}

/** Sets and returns an offer. The relay's candidates are all in its answer and it learns ours from our checks, so none are waited for. */
async function offerOf(pc, options) {
  const { sdp } = await pc.createOffer(options);
  // Without this Opus is decoded, and sent, as mono.
  const stereo = sdp.replace(/(a=fmtp:\d+ minptime=10;useinbandfec=1)(?!;stereo)/g, "$1;stereo=1;sprop-stereo=1");
  await pc.setLocalDescription({ type: "offer", sdp: stereo });
  return stereo;
}

function headers(token, more) {
  return { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...more };
}

const lines = (sdp) => sdp.split(/\r?\n/);

/** The credentials of a description, with its first section's name, as RFC 8840 has them in a fragment. */
function iceLines(sdp) {
  const find = (prefix) => lines(sdp).find((line) => line.startsWith(prefix));
  const found = ["a=ice-ufrag:", "a=ice-pwd:", "m=", "a=mid:"].map(find).filter(Boolean);
  return found.map((line) => `${line}\r\n`).join("");
}

/** An answer with the credentials and candidates of a fragment instead of its own. */
function withIce(answer, fragment) {
  const fresh = (prefix) => lines(fragment).filter((line) => line.startsWith(prefix));
  const [[ufrag], [pwd], candidates] = ["a=ice-ufrag:", "a=ice-pwd:", "a=candidate:"].map(fresh);
  let isFirst = true;
  return lines(answer).flatMap((line) => {
    if (line.startsWith("a=candidate:")) return [];
    if (line.startsWith("a=ice-ufrag:")) return [ufrag];
    if (!line.startsWith("a=ice-pwd:")) return [line];
    const added = isFirst ? candidates : [];
    isFirst = false;
    return [pwd, ...added];
  }).join("\r\n");
}

/** `Link: <turn:…>; rel="ice-server"; username="u"; credential="c"` (RFC 9725 section 4.6). */
function iceServersIn(link) {
  return [...(link ?? "").matchAll(/<((?:stun|turn)s?:[^>]+)>([^<]*)/g)]
    .filter(([, , rest]) => /rel="?ice-server"?/.test(rest))
    .map(([, urls, rest]) => {
      const value = (name) => rest.match(new RegExp(`${name}="([^"]*)"`))?.[1];
      return { urls, username: value("username"), credential: value("credential") };
    });
}
