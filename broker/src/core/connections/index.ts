export { refuseBeyond } from './client-limits.ts';
export type { ClientLimits } from './client-limits.ts';
export { ClientsByStation } from './clients-by-station.ts';
export { ConnectionPresence } from './connection-presence.ts';
