// What Python made of the site's modules, kept for the next start of Python, under the digest of the modules.
// Where a browser may keep nothing, each start makes it anew.
const CACHE = `compiled for ${new URL(".", import.meta.url).href}`;

const addressFor = async (modules) => {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", modules));
  return new URL(`compiled.zip?${digest.join("-")}`, import.meta.url);
};

export const find = async (modules) => {
  try {
    return await (await (await caches.open(CACHE)).match(await addressFor(modules)))?.arrayBuffer();
  } catch { return undefined; }
};

export const keep = async (modules, made) => {
  try {
    await caches.delete(CACHE); // that of an older site
    await (await caches.open(CACHE)).put(await addressFor(modules), new Response(made));
  } catch { /* the next start takes longer */ }
};
