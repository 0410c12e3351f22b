import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../support/index.ts';

/** One request of a transcript and the old server's answer. */
export interface GoldenStep {
  readonly step: string;
  readonly subject: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly request: unknown;
  /** An object where it was JSON, else text; null where nothing came. */
  readonly reply: unknown;
  readonly reply_headers?: string;
}

const folder = join(repositoryRoot, 'tests/integration/wire/wire-golden');
const cutText = /<\d+ bytes>/;

/** Every line of a transcript. */
export function goldenRecords<Line>(file: string): Partial<Line>[] {
  return readFileSync(join(folder, `${file}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Partial<Line>);
}

/** The requests of a transcript that can be sent again, in order. */
export function goldenSteps(file: string): GoldenStep[] {
  return goldenRecords<GoldenStep>(file)
    .filter((step): step is GoldenStep => step.subject !== undefined && 'reply' in step)
    .filter(({ request }) => typeof request !== 'string' || !cutText.test(request));
}

/** What a step sent, with the connection id where the transcript has a placeholder. */
export function requestText({ request }: GoldenStep, connectionId: string): string {
  const text = typeof request === 'string' ? request : JSON.stringify(request);
  return text.replaceAll('<uuid>', connectionId);
}

/** A header block of a step. */
export function headerBlock(headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([key, value]) => `${key}: ${value}\r\n`);
  return `NATS/1.0\r\n${lines.join('')}\r\n`;
}

const times = ['created', 'ts', 'time', 'first_ts', 'last_ts', 'last_active'];

/** An answer in the form of the transcripts: times replaced, everything else as it is. */
export function normalised(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalised);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, field]) => [
    key,
    times.includes(key) ? '<time>' : normalised(field),
  ]);
  return Object.fromEntries(entries);
}

/** Whether two answers have the same fields of the same types in the same order. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** JSON where it is JSON, else the text. */
export function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : text;
  } catch {
    return text;
  }
}

/** One step of a transcript that was recorded line by line. */
export interface GoldenLines {
  readonly step: string;
  /** What was sent, where it is one line. */
  readonly request?: string;
  readonly lines: readonly string[];
}

/** The steps of a transcript that have lines, in order. */
export function goldenLines(file: string): GoldenLines[] {
  return goldenRecords<GoldenLines>(file).filter(
    (step): step is GoldenLines => step.lines !== undefined,
  );
}
