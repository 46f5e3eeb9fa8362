import { after, clock, columnOf, due, holder, readQr } from "./orders.js";
import { Gateway } from "./gateway.js";

const EVERY = 3_000;
const $ = id => document.getElementById(id);
const gateway = new Gateway(() => render());

function el(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name === "onclick") made.addEventListener("click", value);
    else if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter(child => child !== null));
  return made;
}

function render() {
  const now = gateway.now();
  const orders = after(gateway.snapshot?.orders ?? [], gateway.actions);
  renderLine();
  renderAttention();
  for (const list of document.querySelectorAll("[data-column]")) {
    const here = orders.filter(order => columnOf(order) === list.dataset.column);
    keepingFocus(list, here.map(order => card(order, now)));
    list.parentElement.querySelector(".count").textContent = here.length || "";
  }

  const given = orders.filter(order => order.state === "handedOver");
  const done = gateway.snapshot?.done ?? [];
  $("done").replaceChildren(
    ...given.map(order => el("li", {}, `#${order.number}`, "waits to be checked")),
    ...done.map(order => el("li", {}, `#${order.number}`, `${order.state === "cancelled" ? "cancelled" : "handed over"} ${clock(order.changedAt)}`)));
}

function renderLine() {
  const waiting = gateway.actions.length;
  const wait = waiting === 1 ? "1 action waits" : `${waiting} actions wait`;
  $("line").dataset.line = gateway.line === "shut" ? "away" : gateway.line;
  $("line").textContent = {
    asking: "Asking the gateway…",
    here: waiting ? `Connected, ${wait}` : "Connected",
    away: waiting ? `Gateway away: ${wait}` : "Gateway away: go on, nothing is lost",
    shut: "Not signed in: reload this page",
  }[gateway.line];
}

function renderAttention() {
  $("attention").hidden = gateway.attention.length === 0;
  $("attention").replaceChildren(el("h2", {}, "Needs attention"), el("ul", {}, ...gateway.attention.map(item => el("li", {},
    el("span", {}, item.detail ?? item.code),
    el("button", { onclick: () => gateway.dismiss(item.actionId) }, "Seen")))));
}

// Redrawing must not take a button from under somebody's finger or keyboard.
function keepingFocus(list, cards) {
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  list.replaceChildren(...cards);
  if (focused) list.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function card(order, now) {
  const promise = due(order, now);
  const by = holder(order, now);
  const mine = by !== null && by === gateway.picker;
  const short = order.state === "backOrdered" || (order.toPick.length > 0 && order.toPick.length < order.lines.length);
  const lines = short ? order.toPick : order.lines;
  return el("li", { class: "card", "data-order": order.orderId, "data-state": order.state, "data-due": promise.due, "data-mine": mine ? "yes" : null },
    el("header", {}, el("span", { class: "number" }, `#${order.number}`), el("span", { class: "order" }, order.orderId), el("span", { class: "due" }, promise.words)),
    el("ul", { class: "lines" }, ...lines.map(line => el("li", {}, el("span", { class: "quantity" }, `${line.quantity} ×`), el("span", {}, line.name)))),
    note(order, by, mine),
    el("p", { class: "buttons" }, ...buttons(order, by, mine)));
}

function note(order, by, mine) {
  if (order.state === "backOrdered") return el("p", { class: "note warn" }, "Not on the shelf. Fetch more, then put it back in the queue.");
  if (order.state === "withheld") return el("p", { class: "note held" }, "Payment not sure: do not hand over.");
  if (order.codeLocked) return el("p", { class: "note warn" }, "Too many wrong codes.");
  if (by !== null && !mine) return el("p", { class: "note" }, `${by} is picking this.`);
  return order.pending ? el("p", { class: "note" }, "Waits for the gateway.") : null;
}

function buttons(order, by, mine) {
  const button = (label, style, act) => el("button", { class: style, "data-key": `${order.orderId}/${label}`, onclick: act }, label);
  const simple = (label, style, verb) => button(label, style, () => gateway.act(order.orderId, verb));
  switch (order.state) {
    case "queued": return [simple("Pick this", "go", "claim")];
    case "claimed":
      if (by === null) return [simple("Pick this", "go", "claim")];
      return mine ? [simple("Picked", "go", "pick"), button("Missing", "warn", () => askShort(order)), simple("Put back", null, "unclaim")] : [];
    case "backOrdered": return [simple("Back in the queue", "go", "refill")];
    case "picked": return [simple("Packed", "go", "pack"), button("Missing", "warn", () => askShort(order))];
    case "packed":
      return order.codeLocked
        ? [simple("New code", "warn", "reissue")]
        : [button("Hand over", "go", () => askCode(order))];
    default: return [];
  }
}

async function askCode(order) {
  $("hand-over-title").textContent = `Order #${order.number}`;
  $("unchecked").hidden = gateway.line === "here";
  $("code").value = "";
  const answer = await answerOf($("hand-over"));
  if (answer === "reissue") gateway.act(order.orderId, "reissue");
  if (answer === "ok") handOver(order, readQr($("code").value) ?? { orderId: order.orderId, code: $("code").value.trim() });
}

function handOver(order, told) {
  // A receipt that is another order's is no code for this one.
  gateway.act(order.orderId, "handOver", { code: told.orderId === order.orderId ? told.code : "another" });
}

async function askShort(order) {
  $("short-title").textContent = `Order #${order.number}`;
  const lines = order.toPick.length > 0 ? order.toPick : order.lines;
  $("missing").replaceChildren(...lines.map(line => el("li", {},
    el("span", {}, line.name),
    el("input", { type: "number", min: "0", max: String(line.quantity), value: lines.length === 1 ? "1" : "0", "data-sku": line.sku, "aria-label": `Missing: ${line.name}` }))));
  if (await answerOf($("short")) !== "ok") return;
  const missing = [...$("missing").querySelectorAll("input")].map(input => ({ sku: input.dataset.sku, quantity: Number(input.value) })).filter(m => m.quantity > 0);
  if (missing.length > 0) gateway.act(order.orderId, "short", { missing });
}

/** Shows a dialog; the value of the button that closed it, or nothing. */
function answerOf(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise(resolve => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }));
}

function start() {
  if (!gateway.picker) gateway.picker = "tablet";
  $("picker").value = gateway.picker;
  $("picker").addEventListener("change", () => {
    const name = $("picker").value.trim().replace(/[^A-Za-z0-9._-]+/g, "-").slice(0, 32);
    gateway.picker = name || "tablet";
    $("picker").value = gateway.picker;
  });
  $("scan").addEventListener("submit", event => {
    event.preventDefault();
    const told = readQr($("scanned").value);
    const order = told && after(gateway.snapshot?.orders ?? [], gateway.actions).find(o => o.orderId === told.orderId && o.state === "packed");
    $("scanned").setCustomValidity(order ? "" : told ? "That order is not ready." : "That is not a receipt of ours.");
    $("scanned").reportValidity();
    if (!order) return;
    $("scanned").value = "";
    handOver(order, told);
  });
  $("scanned").addEventListener("input", () => $("scanned").setCustomValidity(""));
  render();
  gateway.talk();
  setInterval(() => document.hidden || gateway.talk(), EVERY);
  setInterval(render, 20_000);
  addEventListener("online", () => gateway.talk());
  document.addEventListener("visibilitychange", () => document.hidden || gateway.talk());
  // The page itself without the gateway, after a reload too. Only where the browser allows it: over TLS, or on this machine.
  navigator.serviceWorker?.register("/staff/fulfilment/worker.js", { scope: "/staff/fulfilment", type: "module" });
}

// Two tabs would work one storage under each other's hands.
if (navigator.locks) navigator.locks.request("marquee.fulfilment", { ifAvailable: true }, lock => {
  if (lock === null) {
    $("line").textContent = "Open in another tab already";
    return;
  }

  start();
  return new Promise(() => {});
});
else start();
