import { BrokerError } from '../errors/index.ts';

/** What a name is for, in the words of the refusals that Memphis SDKs show. */
export type NamedThing = 'Station' | 'Producer' | 'Consumer' | 'Schema';

/** Counted in UTF-16 units; every accepted character is one. */
const nameCharactersMax = 128;

const allowedCharacters = /^[a-z0-9_.-]*$/;
const alphanumericEnds = /^[a-z0-9].*[a-z0-9]$|^[a-z0-9]$/;

/**
 * The name in lower case, in its external form (dots, no `#`).
 *
 * Throws NAME_EMPTY, NAME_TOO_LONG, NAME_CHARACTERS or NAME_ENDS, the first that applies
 * (wire-protocol.md 2.1).
 */
export function checkedName(thing: NamedThing, name: string): string {
  if (name === '') throw new BrokerError('NAME_EMPTY', { thing });
  if (name.length > nameCharactersMax) {
    throw new BrokerError('NAME_TOO_LONG', { thing, name, length: name.length });
  }
  // Lower-casing some letters beyond ASCII gives ASCII (U+212A becomes k): a name that looks like
  // another must not become it, so what is not ASCII is refused before.
  const lower = isAscii(name) ? name.toLowerCase() : name;
  if (!allowedCharacters.test(lower)) throw new BrokerError('NAME_CHARACTERS', { thing, name });
  if (!alphanumericEnds.test(lower)) throw new BrokerError('NAME_ENDS', { thing, name });
  return lower;
}

/** The form of a name inside subjects, where a dot would part words: `.` becomes `#`. */
export function internalName(name: string): string {
  return name.replaceAll('.', '#');
}

/** The form of a name that people see: `#` becomes `.`. */
export function externalName(name: string): string {
  return name.replaceAll('#', '.');
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > 0x7f) return false;
  }
  return true;
}
