/** Where the state of a cloud's stack is kept. */
export type StatePlace =
  | { readonly kind: 'local' }
  | {
      readonly kind: 's3';
      readonly bucket: string;
      /** Null: that of the environment. */
      readonly region: string | null;
      readonly prefix: string;
    }
  | { readonly kind: 'gcs'; readonly bucket: string; readonly prefix: string }
  | {
      readonly kind: 'spaces';
      readonly bucket: string;
      readonly region: string;
      readonly prefix: string;
    };

const form =
  /^(?<kind>s3|gcs|spaces):\/\/(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(@(?<region>[a-z]{3}[1-9]|[a-z]{2}(-[a-z]+)+-[1-9]))?(\/(?<prefix>[\w./-]*))?$/;

/** `s3://bucket/prefix` in parts; undefined for what is no place. */
export function parseStatePlace(given: string): StatePlace | undefined {
  if (given === 'local') return { kind: 'local' };
  const { kind, bucket = '', region, prefix = '' } = form.exec(given)?.groups ?? {};
  const folder = prefix.replace(/^\/+|\/+$/g, '');
  if (folder.split('/').includes('..')) return undefined;
  const isOfSpaces = region !== undefined && !region.includes('-');
  if (kind === 'spaces') return isOfSpaces ? { kind, bucket, region, prefix: folder } : undefined;
  if (kind === 's3') {
    return isOfSpaces ? undefined : { kind, bucket, region: region ?? null, prefix: folder };
  }
  return kind === 'gcs' && region === undefined ? { kind, bucket, prefix: folder } : undefined;
}

/** The place as it is written in `KIT_STATE`. */
export function statePlaceText(place: StatePlace): string {
  if (place.kind === 'local') return 'local';
  const region = place.kind === 'gcs' ? null : place.region;
  const bucket = region === null ? place.bucket : `${place.bucket}@${region}`;
  return `${place.kind}://${bucket}/${place.prefix}`;
}
