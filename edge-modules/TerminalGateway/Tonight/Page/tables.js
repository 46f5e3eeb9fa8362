export function el(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.flat().filter(child => child !== null));
  return made;
}

/** A row whose first cell names it. */
export const cells = (name, ...values) => el("tr", {}, el("th", { scope: "row" }, name), ...values.map(value => el("td", {}, value)));

export function rows(table, made, none = "Nothing yet.") {
  const body = document.querySelector(`#${table} tbody`);
  const columns = document.querySelectorAll(`#${table} thead th`).length;
  body.replaceChildren(...(made.length > 0 ? made : [el("tr", {}, el("td", { class: "none", colspan: columns }, none))]));
}
