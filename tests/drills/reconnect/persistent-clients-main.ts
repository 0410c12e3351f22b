import { randomUUID } from 'node:crypto';
import { PersistentClient } from './persistent-client.ts';
import type { ClientAddress, ClientCounts } from './persistent-client.ts';

// A process full of clients, so that they do not share the event loop of the drill. It is sent the
// address and how many, and reports its counts ten times a second.
const counts: ClientCounts = { connected: 0, attempts: 0, timeouts: 0, authErrors: 0, gaveUp: 0 };

process.on('message', (plan: ClientAddress & { readonly count: number }) => {
  // SDK processes do not start in the same millisecond; after the restart they are all there at once.
  for (let index = 0; index < plan.count; index += 1) {
    setTimeout(() => new PersistentClient(plan, randomUUID(), counts).connect(), index / 2);
  }
  setInterval(() => process.send?.(counts), 100);
});
process.on('disconnect', () => process.exit());
