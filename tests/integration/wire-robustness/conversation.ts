import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readServerFrames } from '../../support/index.ts';
import type { ServerFrame } from '../../support/index.ts';

const timeoutMs = 20_000;

/** What is sent, and when the sender has heard enough. */
export interface ConversationPlan {
  readonly port: number;
  readonly chunks: readonly Uint8Array[];
  /** The sender ends the conversation when so many PONGs came; undefined: it waits for the broker. */
  readonly pongsExpected?: number | undefined;
}

/** What came back behind INFO until the socket was closed. */
export interface Conversation {
  readonly frames: readonly ServerFrame[];
  readonly closedBy: 'broker' | 'sender';
}

/**
 * Opens a socket, sends the chunks as they are, each in a packet of its own, and listens until the
 * socket is closed. Fails when something comes that no client can read, and when nothing comes.
 */
export async function converse(plan: ConversationPlan): Promise<Conversation> {
  const frames: ServerFrame[] = [];
  let rest = Buffer.alloc(0);
  let pongs = 0;
  let closedBy: Conversation['closedBy'] = 'broker';
  const socket = connect({ host: '127.0.0.1', port: plan.port, noDelay: true });
  const perhapsEnd = (): void => {
    if (plan.pongsExpected === undefined || pongs < plan.pongsExpected || !isSent) return;
    closedBy = 'sender';
    socket.end();
  };
  const closed = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`The broker neither answered nor closed within ${timeoutMs} ms`));
      socket.destroy();
    }, timeoutMs);
    socket.on('data', (bytes) => {
      try {
        const read = readServerFrames(Buffer.concat([rest, bytes]));
        rest = Buffer.from(read.rest);
        frames.push(...read.frames);
        pongs += read.frames.filter(({ kind }) => kind === 'PONG').length;
        perhapsEnd();
      } catch (error) {
        reject(new Error('The broker sent what no client can read', { cause: error }));
        socket.destroy();
      }
    });
    socket.on('error', () => undefined); // what the broker does not take any more
    socket.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  let isSent = false;
  for (const chunk of plan.chunks) {
    if (socket.destroyed) break;
    socket.write(chunk);
    await nextTurn();
  }
  isSent = true;
  perhapsEnd();
  await closed;
  const [info, ...answer] = frames;
  if (info?.kind !== 'INFO') throw new Error(`The broker began with ${JSON.stringify(info)}`);
  return { frames: answer, closedBy };
}

/** CONNECT as a Memphis SDK sends it, with what the test changes. */
export function connectLine(password: string, fields: object = {}): string {
  const plain = {
    protocol: 1,
    version: '2.29.3',
    lang: 'nats.js',
    verbose: false,
    pedantic: false,
    name: '6f1c3c0e-0a3b-4f6e-9d52-0e1b1f7a0001::root',
    user: 'root$1',
    pass: password,
    headers: true,
    no_responders: true,
  };
  return `CONNECT ${JSON.stringify({ ...plain, ...fields })}\r\n`;
}
