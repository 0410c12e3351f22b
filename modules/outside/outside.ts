import { connect } from 'node:net';
import { runProgram } from '../host/index.ts';
import type { ProgramEnd } from '../host/index.ts';

/** The world that a doctor asks; a test hands in one of its own. */
export interface Outside {
  run(command: readonly string[]): Promise<ProgramEnd>;
  /** Whether something takes a TCP connection there. */
  takesConnections(host: string, port: number): Promise<boolean>;
  readonly now: Date;
}

const connectTimeoutMs = 5_000;

/** The real world. */
export function realOutside(): Outside {
  return {
    // The tools must not wait for a key to be pressed, and not ask their makers for news.
    run: (command) =>
      runProgram(command, { variables: { AWS_PAGER: '', CHECKPOINT_DISABLE: '1' } }),
    takesConnections: (host, port) =>
      new Promise((resolve) => {
        const socket = connect({ host, port, timeout: connectTimeoutMs });
        const end = (answer: boolean): void => {
          socket.destroy();
          resolve(answer);
        };
        socket.once('connect', () => end(true));
        socket.once('timeout', () => end(false));
        socket.once('error', () => end(false));
      }),
    now: new Date(),
  };
}
