import type { NewUser } from '../../../broker/src/core/users/index.ts';
import { rootPassword } from './front.ts';
import type { Front } from './front.ts';
import type { Deviation } from './golden-replay.ts';

/** A transcript of steps recorded line by line, and what has to be known to go through it again. */
export interface Conversation {
  readonly file: string;
  /** How the installation of the transcript let clients in; by passwords unless told otherwise. */
  readonly connectionToken?: string;
  readonly users: readonly NewUser[];
  /** What steps sent that are described in words only. All begin on a socket connected as `root`, unless `bare`. */
  readonly inWords: Readonly<Record<string, { readonly bare?: string; readonly sends: string }>>;
  /** What was done beside the wire once a step's lines were sent. */
  readonly meanwhile: Readonly<Record<string, (front: Front) => Promise<unknown>>>;
  readonly leftOut: Readonly<Record<string, string>>;
  readonly deviations: Readonly<Record<string, Deviation>>;
}

const limitedUser = {
  name: 'lim1',
  kind: 'application',
  password: rootPassword,
  allowRead: ['rd.*'],
  allowWrite: ['wr.*'],
} as const satisfies NewUser;
const limitedConnect = connectLine({ user: 'lim1$1' });

const plainToken: Deviation = {
  answer: ['PONG'],
  reason: 'the old server let no plain client in by token (wire-protocol.md 1.4)',
};

export const conversations: readonly Conversation[] = [
  {
    file: 'connect-auth',
    users: [
      { name: 'app1', kind: 'application', password: rootPassword },
      { name: 'mgmt1', kind: 'management', password: rootPassword },
    ],
    inWords: {
      'no CONNECT sent at all': { bare: '', sends: '' },
      'verbose: SUB answered': {
        bare: connectLine({ verbose: true }) + 'PING\r\n',
        sends: 'SUB v 1\r\n',
      },
      'PUB before CONNECT': { bare: '', sends: 'PUB a 1\r\nx\r\n' },
      'PING before CONNECT': { bare: '', sends: 'PING\r\n' },
      'CONNECT with broken JSON': { bare: '', sends: 'CONNECT {bad\r\n' },
      'double blanks, UNSUB of unknown sid, lower-case op, UNSUB with max': {
        sends:
          'SUB fr.a  901\r\nUNSUB 999\r\nUNSUB 901 \r\nsub fr.b 902\r\nPUB fr.b  2\r\nhi\r\n' +
          'UNSUB 902 1\r\nPUB fr.b 2\r\nho\r\nPUB fr.b 2\r\nhu\r\n',
      },
      'HPUB on a connection that did not announce headers': {
        bare: connectLine({ headers: false }),
        sends: 'HPUB a 12 13\r\nNATS/1.0\r\n\r\nx\r\n',
      },
      'unknown operation': { sends: 'FOO bar\r\n' },
      'PUB with too many fields': { sends: 'PUB a b c 1\r\nx\r\n' },
      'control line of 5000 bytes': { sends: `SUB ${'a'.repeat(5000)} 1\r\n` },
      'PUB of 1048577 bytes (max_payload 1048576)': {
        sends: `PUB big 1048577\r\n${'x'.repeat(1_048_577)}\r\n`,
      },
      'PUB of exactly 1048576 bytes to own subscription': {
        sends: `SUB big2 1\r\nPUB big2 1048576\r\n${'x'.repeat(1_048_576)}\r\n`,
      },
      'SUB bad..subject, SUB with 4 fields': { sends: 'SUB bad..subject 1\r\nSUB a b c 2\r\n' },
      '2 queue members + 1 plain sub, 4 publishes, echo': {
        sends: `SUB qg.a q 1\r\nSUB qg.a q 2\r\nSUB qg.a 3\r\n${'PUB qg.a 1\r\nx\r\n'.repeat(4)}`,
      },
      'echo:false connection publishes to its own subscription': {
        bare: connectLine({ echo: false }),
        sends: 'SUB own 1\r\nPUB own 1\r\nx\r\n',
      },
    },
    meanwhile: {},
    leftOut: {
      'native client: lines in the first 3.5 s':
        'the first PING of the server comes later by design',
      'offsets of server lines after CONNECT (ms)': 'tells times, not answers',
    },
    deviations: {},
  },
  {
    file: 'connect-auth-token',
    connectionToken: 'token-of-the-installation',
    users: [],
    inWords: {},
    meanwhile: {},
    leftOut: {},
    deviations: {
      'plain client, token root::memphis': plainToken,
      'plain client with a name, token root::memphis': plainToken,
    },
  },
  {
    file: 'users',
    users: [limitedUser],
    inWords: {
      'limited user subscribes directly to station subjects': {
        bare: limitedConnect,
        sends: 'SUB zz#1$1.final 1\r\nSUB rd#1$1.final 2\r\n',
      },
      'user removed while connected (management API)': { bare: limitedConnect, sends: '' },
    },
    meanwhile: {
      'user removed while connected (management API)': ({ services }) =>
        services.authenticator.deleteUser(limitedUser.name),
    },
    leftOut: {},
    deviations: {
      'limited user subscribes directly to station subjects': {
        answer: ['PONG'],
        reason:
          'nothing is heard there; an -ERR would end the connection of an SDK (wire-protocol.md 1.5)',
      },
    },
  },
];

/** CONNECT as an SDK sends it, of root unless told otherwise. */
export function connectLine(fields: object): string {
  const plain = { verbose: false, pedantic: false, headers: true, no_responders: true };
  const identity = { user: 'root$1', pass: rootPassword };
  return `CONNECT ${JSON.stringify({ ...plain, ...identity, ...fields })}\r\n`;
}
