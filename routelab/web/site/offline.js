// Keeps the site for visits without a network. A newer one waits until no page of the older one is open: no page
// may begin with one and go on with the other. Other sites of the same server keep theirs. A first visit has just
// loaded most of it: the server is asked whether that is still so, and not for all of it once more.
const mine = `routelab ${registration.scope} `, cache = mine + version;
addEventListener("install", (event) => event.waitUntil(
  caches.open(cache).then((kept) => kept.addAll([
    ...[...files, "./"].map((name) => new Request(name, { cache: "no-cache" })),
    ...Object.entries(far).map(([address, integrity]) => new Request(address, { integrity })),
  ]))));
addEventListener("activate", (event) => event.waitUntil(caches.keys().then((names) => Promise.all(
  names.filter((name) => name.startsWith(mine) && name !== cache).map((name) => caches.delete(name))))));
addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  event.respondWith(caches.open(cache).then((kept) => kept.match(event.request, { ignoreSearch: true }))
    .then((found) => found || fetch(event.request)));
});
