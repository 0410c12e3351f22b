/** RFC 3339, with its zone. */
const pattern = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;

/** A moment as the protocol writes it: RFC 3339, UTC. */
export function timestamp(wallMs: number): string {
  return new Date(wallMs).toISOString();
}

/** Milliseconds since 1970 of a moment in RFC 3339; undefined when it is none. */
export function wallMsOf(text: string): number | undefined {
  const wallMs = pattern.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(wallMs) ? undefined : wallMs;
}
