const cache = `routelab-${version}`;
addEventListener("install", (event) => event.waitUntil(
  caches.open(cache).then((kept) => kept.addAll([...files, "./",
    ...Object.entries(far).map(([address, integrity]) => new Request(address, { integrity }))]))
    .then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(caches.keys().then((names) => Promise.all(
  names.filter((name) => name.startsWith("routelab-") && name !== cache).map((name) => caches.delete(name))))));
addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  event.respondWith(caches.open(cache).then((kept) => kept.match(event.request, { ignoreSearch: true }))
    .then((found) => found || fetch(event.request)));
});
