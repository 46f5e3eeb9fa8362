// The line to the gateway. What people do is kept here before anything is sent, in the browser's storage, and is sent until it is answered:
// the gateway knows each action by its id, so that one sent twice has its effect once.

const KEY = "marquee.fulfilment";
const MOST_AT_ONCE = 50;
const PATIENCE = 8_000;
const RETRY_CODES = new Set(["journal_full"]);

export class Gateway {
  #kept = JSON.parse(localStorage.getItem(KEY) ?? "null") ?? { tablet: letters(8), counter: 0, picker: "", actions: [], snapshot: null, attention: [] };
  #talking = null;
  #changed;

  /** asking, here, away, or shut: the gateway is there and does not let us in. */
  line = "asking";

  constructor(changed) {
    this.#changed = changed;
  }

  get picker() { return this.#kept.picker; }
  set picker(name) { this.#keep({ picker: name }); }

  /** The last list that the gateway gave, or null. */
  get snapshot() { return this.#kept.snapshot; }

  /** Actions without an answer, oldest first. */
  get actions() { return this.#kept.actions; }

  /** Actions that were refused when nobody was looking. */
  get attention() { return this.#kept.attention; }

  /** The gateway's time, as far as it is known. */
  now() { return Date.now() + (this.#kept.snapshot?.ahead ?? 0); }

  dismiss(actionId) {
    this.#keep({ attention: this.attention.filter(a => a.actionId !== actionId) });
  }

  act(orderId, verb, more = {}) {
    const counter = this.#kept.counter + 1;
    // Letters and a small number: nothing in it can look like a card number.
    const action = { actionId: `${this.#kept.tablet}-${counter}`, orderId, verb, picker: this.picker, ...more };
    this.#keep({ counter, actions: [...this.actions, action] });
    return this.talk();
  }

  /** Sends what waits and asks for the list; one conversation at a time. */
  talk() {
    this.#talking ??= this.#converse().finally(() => { this.#talking = null; });
    return this.#talking;
  }

  async #converse() {
    try {
      let waiting = false;
      while (this.actions.length > 0 && !waiting) waiting = await this.#send();
      const list = await ask("/v1/staff/fulfilment");
      this.line = "here";
      this.#keep({ snapshot: { ...list, ahead: Date.parse(list.now) - Date.now() } });
    } catch (problem) {
      this.line = problem instanceof Shut ? "shut" : "away";
      this.#changed();
    }

    // Something may have been done while the list was on its way.
    if (this.line === "here" && this.actions.some(a => !a.waits)) await this.#converse();
  }

  /** Sends the oldest actions; true when the gateway wants some of them later. */
  async #send() {
    const sent = this.actions.slice(0, MOST_AT_ONCE);
    const { results } = await ask("/v1/staff/fulfilment/actions", { actions: sent.map(({ waits, ...action }) => action) });
    const answers = new Map(results.map(result => [result.actionId, result]));
    const later = sent.filter(action => RETRY_CODES.has(answers.get(action.actionId)?.code)).map(action => ({ ...action, waits: true }));
    const refused = results.filter(result => result.outcome === "refused" && !RETRY_CODES.has(result.code));
    this.#keep({
      actions: [...later, ...this.actions.slice(sent.length)],
      attention: [...this.attention, ...refused.map(({ actionId, code, detail }) => ({ actionId, code, detail }))].slice(-20),
    });
    return later.length > 0;
  }

  #keep(changes) {
    Object.assign(this.#kept, changes);
    localStorage.setItem(KEY, JSON.stringify(this.#kept));
    this.#changed();
  }
}

class Shut extends Error {}

async function ask(path, body) {
  const answer = await fetch(path, {
    method: body ? "POST" : "GET",
    headers: body ? { "Content-Type": "application/json" } : {},
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE),
    cache: "no-store",
  });
  if (answer.status === 401 || answer.status === 403) throw new Shut();
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

function letters(count) {
  return Array.from(crypto.getRandomValues(new Uint8Array(count)), byte => "abcdefghijklmnopqrstuvwxyz"[byte % 26]).join("");
}
