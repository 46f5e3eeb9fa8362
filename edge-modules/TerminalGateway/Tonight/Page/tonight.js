import { age, count, money, moneyOf, reasons } from "./words.js";
import { cells, el, rows } from "./tables.js";

const EVERY = 5_000;
const PATIENCE = 8_000;
const $ = id => document.getElementById(id);
let evening = null;
let chosen = null;

$("event").addEventListener("change", () => { chosen = $("event").value; render(); });
ask();

async function ask() {
  try {
    const answer = await fetch("/v1/staff/reconciliation", { signal: AbortSignal.timeout(PATIENCE), cache: "no-store" });
    if (answer.status === 401 || answer.status === 403) tell("away", "Not signed in: reload this page");
    else if (!answer.ok) throw new Error(`${answer.status}`);
    else {
      evening = await answer.json();
      if (evening.mode === "online") tell("here", "Processor reached");
      else tell("offline", `Processor away since ${clock(evening.since)}: selling offline`);
      render();
    }
  } catch {
    tell("away", evening ? `Gateway away: figures of ${clock(evening.now)}` : "Gateway away");
  }

  setTimeout(ask, EVERY);
}

function tell(state, words) {
  if ($("line").textContent === words) return;
  $("line").dataset.line = state;
  $("line").textContent = words;
}

function clock(at) {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}

function render() {
  const events = evening.events;
  const event = events.find(e => e.eventId === chosen) ?? events.find(e => e.phase === "live") ?? events.at(-1);
  const options = events.map(e => el("option", { value: e.eventId }, e.title));
  // An open list is not taken from under somebody's finger.
  if (document.activeElement !== $("event")) $("event").replaceChildren(...options);
  if (event && document.activeElement !== $("event")) $("event").value = event.eventId;
  $("evening").hidden = !event;
  if (!event) return tell("here", "This till has no event yet");
  renderVerdict(event);
  renderTiles(event.total, event);
  renderMatched(event);
  rows("methods", event.total.methods.map(m => cells(m.method, moneyOf(m.taken), moneyOf(m.refunded), money(minus(m.taken.amount, m.refunded.amount)))));
  renderTerminals(event);
  renderDifferences(event);
  renderJournal();
}

function renderVerdict(event) {
  const { outstanding, oldestOutstanding: oldest, debtsOpen: owed } = event.total;
  const over = event.reasons.some(r => r.reason === "overTheCap");
  const wrong = evening.journal.break ? "The journal does not prove itself: call support before anybody closes the evening."
    : !event.explained ? "The figures do not add up: call support before anybody closes the evening."
    : null;
  const words = [
    outstanding.count > 0
      && `${money(outstanding.amount)} at risk in ${count(outstanding, "sale")}, the oldest ${age(secondsSince(oldest))}${over ? ", over the limits" : ""}.`,
    owed.count > 0 && `${count(owed, "sale")} declined after the goods were gone, ${money(owed.amount)} owed.`,
  ].filter(Boolean);
  $("verdict").dataset.state = wrong ? "wrong" : words.length > 0 ? "risk" : "good";
  const calm = event.differences.length > 0 ? "Nothing at risk. What is still open is told below." : "Everything is accounted for.";
  put($("verdict"), wrong ?? (words.join(" ") || calm));
}

function renderTiles(total, event) {
  const tile = (name, sum, more, state) => el("div", { "data-state": sum.count > 0 ? state : null },
    el("dt", {}, name), el("dd", { class: "figure" }, money(sum.amount)), el("dd", { class: "more" }, more ?? count(sum, "sale")));
  $("tiles").replaceChildren(
    tile("Approved online", total.approvedOnline),
    tile("Approved offline", total.approvedOffline, `${total.captured.count} of ${total.approvedOffline.count} captured since`),
    tile("At risk", total.outstanding, `of ${money(event.offlineCap.amount)} allowed`, "risk"),
    tile("Declined later", total.declinedAtForward, `${total.debtsRecovered.count} paid since, ${total.debtsWrittenOff.count} written off`,
      total.debtsOpen.count > 0 ? "wrong" : null),
    tile("Refunds", total.refunds, `${count(total.refunds, "refund")}, ${total.refundsUnderWay.count} under way`),
    tile("Voids", total.voids),
    tile("Tips", total.tips));
}

function renderMatched(event) {
  const open = event.reasons.map(r => el("tr", { "data-reason": r.reason },
    el("th", { scope: "row" }, reasons[r.reason], r.value.minorUnits === 0 ? el("small", {}, `about ${money(r.amount)}, promised to nobody yet`) : null),
    el("td", {}, r.count), el("td", {}, age(secondsSince(r.oldest))), el("td", {}, money(minus({ ...r.value, minorUnits: 0 }, r.value)))));
  rows("matched", [
    el("tr", {}, el("th", { scope: "row" }, "The till promised"), el("td", {}), el("td", {}), el("td", {}, money(event.total.promised))),
    ...open,
    el("tr", { class: "total" }, el("th", { scope: "row" }, "The processor confirmed"), el("td", {}), el("td", {}), el("td", {}, money(event.total.confirmed))),
  ]);
}

function renderTerminals(event) {
  const shifts = new Map(event.openShifts.map(shift => [shift.terminalId, shift]));
  rows("terminals", event.terminals.map(({ terminalId, figures: f }) => {
    const shift = shifts.get(terminalId);
    return cells(terminalId, ...[f.approvedOnline, f.approvedOffline, f.outstanding, f.declinedAtForward, f.voids, f.refunds, f.tips].map(moneyOf),
      shift ? [`open since ${clock(shift.since)}`, el("small", {}, `drawer ${money(shift.cash)}`)] : "closed");
  }), "Nothing sold yet.");
}

function renderDifferences(event) {
  const all = event.reasons.reduce((sum, r) => sum + r.count, 0);
  document.querySelector("#differences-title .count").textContent = all > event.differences.length ? `the oldest ${event.differences.length} of ${all}` : all || "";
  rows("differences", event.differences.map(d => el("tr", { "data-reason": d.reason },
    el("th", { scope: "row" }, age(d.ageSeconds)),
    el("td", { class: "word" }, reasons[d.reason], d.detail ? el("small", {}, d.detail) : null),
    el("td", { class: "word" }, d.orderId), el("td", { class: "word" }, d.terminalId), el("td", {}, money(d.operationId ? d.value : d.amount)))),
  "None: the processor has said what the till has.");
}

function renderJournal() {
  const { journal } = evening;
  $("journal").dataset.state = journal.break ? "wrong" : "good";
  put($("journal"), journal.break
    ? `Journal: holds up to entry ${journal.verifiedUpTo} and breaks at ${journal.break.number} (${journal.break.fault}).`
    : `Journal: all ${journal.verifiedUpTo} entries verified at ${clock(journal.verifiedAt)}, head ${journal.head.slice(0, 16)}. `
      + (evening.outboxPending === 0 ? "The cloud has them all." : `${evening.outboxPending} facts wait for the cloud.`));
}

// What did not change is not read out again.
function put(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

function secondsSince(at) {
  return Math.max(0, (Date.parse(evening.now) - Date.parse(at)) / 1_000);
}

function minus(a, b) {
  return { ...a, minorUnits: a.minorUnits - b.minorUnits };
}
