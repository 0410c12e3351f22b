import { wallMsOf } from './timestamp.ts';

/** A header that says when groups are to get a message: its key in lower case, and its value. */
export interface DelayHeader {
  readonly key: 'delay' | 'deliver-at';
  readonly value: string;
}

const unitsMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const delayPattern = /^(\d{1,12})(ms|s|m|h|d)$/;
/** A year: what is meant to come later is a mistake in units more often than not. */
const delayMsMax = 366 * unitsMs.d;

/** When groups are to get the message, by the wall clock, or why that can not be told. */
export function wantedDelay(headers: readonly DelayHeader[], nowMs: number): number | string {
  const [header, another] = headers;
  if (another !== undefined) return 'a message has one deliver-at or delay header';
  if (header === undefined) return nowMs;
  const { key, value } = header;
  const atMs = key === 'deliver-at' ? wallMsOf(value) : delayedUntil(value, nowMs);
  if (atMs === undefined) {
    return key === 'deliver-at'
      ? `deliver-at is "${value}" and has to be a time with its zone, like 2026-01-31T12:00:00Z`
      : `delay is "${value}" and has to be a whole number with ms, s, m, h or d, like 30s`;
  }
  if (atMs - nowMs <= delayMsMax) return atMs;
  return `${key} is "${value}" and must not be more than 366 days ahead`;
}

function delayedUntil(value: string, nowMs: number): number | undefined {
  const [, count, unit] = delayPattern.exec(value) ?? [];
  return unit === undefined
    ? undefined
    : nowMs + Number(count) * unitsMs[unit as keyof typeof unitsMs];
}
