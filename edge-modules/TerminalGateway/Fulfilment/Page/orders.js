// What an order becomes by an action, as the gateway will say it too: shown at once, and put right by the next list when it says otherwise.

const MINUTE = 60_000;

const next = {
  claim: (order, action) => ({ ...order, state: "claimed", picker: action.picker, leaseUntil: null }),
  unclaim: order => ({ ...order, state: "queued", picker: null }),
  pick: order => ({ ...order, state: "picked", picker: null, toPick: [] }),
  short: (order, action) => ({ ...order, state: "backOrdered", picker: null, toPick: order.lines.flatMap(line => missingOf(line, action)) }),
  refill: order => ({ ...order, state: "queued" }),
  pack: order => ({ ...order, state: "packed" }),
  handOver: order => ({ ...order, state: "handedOver" }),
  reissue: order => ({ ...order, codeLocked: false }),
};

function missingOf(line, action) {
  const missing = action.missing.find(m => m.sku === line.sku);
  return missing ? [{ ...line, quantity: missing.quantity }] : [];
}

/** The orders after actions that the gateway has not answered; each that one touches carries `pending`. */
export function after(orders, actions) {
  return orders.map(order => actions
    .filter(action => action.orderId === order.orderId)
    .reduce((o, action) => ({ ...next[action.verb](o, action), pending: true }), order));
}

/** In which column an order stands; null when it is done. A claim whose lease is over is anybody's. */
export function columnOf(order) {
  switch (order.state) {
    case "queued": case "claimed": case "backOrdered": return "pick";
    case "picked": return "pack";
    case "packed": case "withheld": return "ready";
    default: return null;
  }
}

/** Whose claim keeps others off an order at a time, or null. */
export function holder(order, now) {
  if (order.state !== "claimed") return null;
  return order.leaseUntil === null || Date.parse(order.leaseUntil) > now ? order.picker : null;
}

/** How a promise stands: `late`, `soon` within five minutes, or `later`; and in words. */
export function due(order, now) {
  const minutes = Math.round((Date.parse(order.promisedAt) - now) / MINUTE);
  if (minutes < 0) return { due: "late", words: `${-minutes} min late` };
  return { due: minutes <= 5 ? "soon" : "later", words: minutes === 0 ? "now" : minutes < 100 ? `in ${minutes} min` : `at ${clock(order.promisedAt)}` };
}

export function clock(time) {
  return new Date(time).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

/** Takes a receipt's QR code apart: order and code, or null. */
export function readQr(text) {
  const found = /^marquee:([A-Za-z0-9._-]{1,64}):([0-9A-Za-z]{6})$/.exec(text.trim());
  return found && { orderId: found[1], code: found[2] };
}
