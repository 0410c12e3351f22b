/** Where the state of a cloud's stack is kept. */
export type StatePlace =
  | { readonly kind: 'local' }
  | { readonly kind: 's3'; readonly bucket: string; readonly prefix: string }
  | { readonly kind: 'gcs'; readonly bucket: string; readonly prefix: string }
  | {
      readonly kind: 'spaces';
      readonly bucket: string;
      readonly region: string;
      readonly prefix: string;
    };

const form =
  /^(?<kind>s3|gcs|spaces):\/\/(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(@(?<region>[a-z]{3}[1-9]))?(\/(?<prefix>[\w./-]*))?$/;

/** `s3://bucket/prefix` in parts; undefined for what is no place. */
export function parseStatePlace(given: string): StatePlace | undefined {
  if (given === 'local') return { kind: 'local' };
  const { kind, bucket = '', region, prefix = '' } = form.exec(given)?.groups ?? {};
  const folder = prefix.replace(/^\/+|\/+$/g, '');
  if (folder.split('/').includes('..')) return undefined;
  if (kind === 'spaces') {
    return region === undefined ? undefined : { kind, bucket, region, prefix: folder };
  }
  if ((kind !== 's3' && kind !== 'gcs') || region !== undefined) return undefined;
  return { kind, bucket, prefix: folder };
}

/** The place as it is written in `KIT_STATE`. */
export function statePlaceText(place: StatePlace): string {
  if (place.kind === 'local') return 'local';
  const bucket = place.kind === 'spaces' ? `${place.bucket}@${place.region}` : place.bucket;
  return `${place.kind}://${bucket}/${place.prefix}`;
}
