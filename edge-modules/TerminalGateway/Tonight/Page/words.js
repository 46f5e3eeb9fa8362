// How amounts, ages and reasons read.

export const reasons = {
  forwardOutstanding: "Not forwarded yet",
  overTheCap: "Not forwarded, over the limit",
  declinedAtForward: "Declined after the sale",
  debtWrittenOff: "Written off",
  heldNotCaptured: "Held, not captured yet",
  outcomeUnknown: "Outcome unknown, asked again",
  refundUnderWay: "Refund under way",
};

const formats = new Map();

/** An amount in its currency; minor units by the currency's own decimals. */
export function money({ minorUnits, currency }) {
  if (!formats.has(currency)) formats.set(currency, new Intl.NumberFormat([], { style: "currency", currency }));
  const format = formats.get(currency);
  return format.format(minorUnits / 10 ** format.resolvedOptions().maximumFractionDigits).replace("-", "−");
}

export const moneyOf = sum => sum.count === 0 ? "–" : money(sum.amount);

export const count = (sum, what) => `${sum.count} ${what}${sum.count === 1 ? "" : "s"}`;

export function age(seconds) {
  if (seconds < 60) return "under 1 min";
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
