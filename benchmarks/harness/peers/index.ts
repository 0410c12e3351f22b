export { answeringPeer } from './answering.ts';
export { jetStreamPeer } from './jetstream.ts';
export type { Peer, RunningPeer } from './peer.ts';
export { thebesPeer } from './thebes.ts';
