// Module hooks that replace one place of one file of the broker.
let planting;

export function initialize(data) {
  planting = data;
}

export async function load(url, context, nextLoad) {
  const loaded = await nextLoad(url, context);
  if (!url.endsWith(planting.file)) return loaded;
  const source = String(loaded.source);
  if (source.split(planting.right).length !== 2) {
    throw new Error(`${planting.file} does not say once: ${planting.right}. Plant anew`);
  }
  return { ...loaded, source: source.replace(planting.right, planting.wrong) };
}
