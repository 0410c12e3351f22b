const right = 'overlappingSync: false,';

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  if (!url.endsWith('/lmdb-store.js')) return loaded;
  const source = String(loaded.source);
  if (!source.includes(right)) throw new Error(`lmdb-store.js does not say ${right}: plant anew`);
  return { ...loaded, source: source.replace(right, 'overlappingSync: true,') };
}
