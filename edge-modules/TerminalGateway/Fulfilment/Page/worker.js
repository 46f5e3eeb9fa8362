// Keeps the page, not its data: from the gateway while it is there, so that a new version is seen at once, and from here while it is not.

const CACHE = "marquee-fulfilment";
const SHELL = ["/staff/fulfilment", ...["fulfilment.css", "fulfilment.js", "orders.js", "gateway.js"].map(name => `/staff/fulfilment/${name}`)];

addEventListener("install", event => {
  event.waitUntil(caches.open(CACHE).then(cache => cache.addAll(SHELL)).then(() => skipWaiting()));
});

addEventListener("activate", event => event.waitUntil(clients.claim()));

addEventListener("fetch", event => {
  if (event.request.method === "GET" && SHELL.includes(new URL(event.request.url).pathname)) event.respondWith(shell(event.request));
});

async function shell(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(5_000) });
    if (answer.ok) await cache.put(request.url, answer.clone());
    return answer;
  } catch (gone) {
    const kept = await cache.match(request.url);
    if (kept) return kept;
    throw gone;
  }
}
