import { BrokerError } from '../errors/index.ts';

const everyStation = '*';
const patternCharactersMax = 120;
const allowedPattern = /^[a-z0-9_-]+(\.(\*|[a-z0-9_-]+))*$/;

/**
 * A pattern for names of stations, in lower case: a name, in which `*` behind a dot stands for one word and at the
 * end for one or more, or `*` alone for every station. Throws STATION_PATTERN for anything else.
 */
export function checkedPattern(pattern: string): string {
  const lower = pattern.toLowerCase();
  const isPattern =
    lower.length <= patternCharactersMax && (lower === everyStation || allowedPattern.test(lower));
  if (!isPattern) {
    throw new BrokerError('STATION_PATTERN', { pattern, limit: patternCharactersMax });
  }
  return lower;
}

/** Whether a checked pattern covers the station of that name. */
export function patternCovers(pattern: string, station: string): boolean {
  if (pattern === everyStation) return true;
  const wanted = pattern.split('.');
  const words = station.split('.');
  const isOpen = wanted.at(-1) === '*';
  if (isOpen ? words.length < wanted.length : words.length !== wanted.length) return false;
  return wanted.every((word, index) => word === '*' || word === words[index]);
}
