import type { ServerProcess } from '../server-process.ts';
import type { PeerKind, ServerAddress } from '../wire/index.ts';

/** Something that rows measure: a way to start it and what to call it. */
export interface Peer {
  /** Column heading, unique in a run. */
  readonly name: string;
  readonly kind: PeerKind;
  /** What an acknowledgement promises with these settings, in one phrase. */
  readonly durability: string;
  /** Starts it on a directory, empty or left by an earlier start; resolves when it listens. */
  start(dataDir: string): Promise<RunningPeer>;
}

/** A peer that listens. */
export interface RunningPeer {
  readonly peer: Peer;
  readonly process: ServerProcess;
  readonly address: ServerAddress;
}
