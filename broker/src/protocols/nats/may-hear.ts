import { externalName } from '../../core/stations/index.ts';
import type { StationAccess } from '../../core/users/index.ts';
import { schemaUpdatesStart } from './push-schema-updates.ts';

const DOLLAR = 0x24;

/** How the subjects begin on which the broker speaks of one station; its internal name follows. */
const deadLettersStart = '$memphis_dls_';
const updatesStarts = [schemaUpdatesStart, '$memphis_functions_updates_'];

/** Whether a user may hear what is said on a subject, or on those of a pattern that begins with a word. */
export function mayHear(access: StationAccess, subject: string): boolean {
  if (subject.charCodeAt(0) !== DOLLAR) return true;
  if (subject.startsWith(deadLettersStart)) {
    return access.may('read', stationBehind(deadLettersStart, subject));
  }
  const start = updatesStarts.find((each) => subject.startsWith(each));
  return start === undefined || access.maySee(stationBehind(start, subject));
}

/**
 * Whether a user may share the messages of a pattern with the others of a queue: a message that it may not
 * hear would be lost to them. Such a pattern takes nothing; it is no error, which would cost the connection.
 */
export function mayShare(access: StationAccess, pattern: string): boolean {
  if (access.isUnlimited) return true;
  const isOpen = pattern.startsWith('*') || pattern.startsWith('>');
  return !isOpen && mayHear(access, pattern) && !overhears(access, pattern, pattern);
}

/** How the subjects begin on which clients wait for answers; what follows is theirs alone. */
const inboxStart = '_INBOX.';

/**
 * Whether a pattern would hear the answers to other clients: for a user without limits that is a way to look, for
 * others a way around them, because answers hold messages of stations. Clients know their own inbox by
 * its name: the words of theirs before the first wildcard are never fewer than two.
 */
export function overhears(access: StationAccess, pattern: string, subject: string): boolean {
  if (access.isUnlimited || !subject.startsWith(inboxStart)) return false;
  const [, second = ''] = pattern.split('.', 2);
  return !pattern.startsWith(inboxStart) || second === '*' || second === '>';
}

function stationBehind(start: string, subject: string): string {
  const end = subject.indexOf('.', start.length);
  return externalName(subject.slice(start.length, end === -1 ? undefined : end));
}
