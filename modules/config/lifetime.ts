const unitsMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const lifetimeMsMax = 90 * unitsMs.d;

/** `8h` in milliseconds; `Infinity` for `none`; undefined for what is neither. */
export function parseLifetime(given: string): number | undefined {
  if (given === 'none') return Infinity;
  const [, count = '', unit] = /^([1-9]\d{0,4})([mhd])$/.exec(given) ?? [];
  if (unit !== 'm' && unit !== 'h' && unit !== 'd') return undefined;
  const ms = Number(count) * unitsMs[unit];
  return ms <= lifetimeMsMax ? ms : undefined;
}
