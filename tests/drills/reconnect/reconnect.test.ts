import { reconnectDrill } from './reconnect-drill.ts';

// The full number of clients: npm run drill:reconnect
describe('Reconnect drill', () => {
  test('clients that all come back at once are let in, and none gives up (clients=300)', async () => {
    const { faults, facts } = await reconnectDrill.run({
      count: 300,
      seed: 1,
      say: () => undefined,
    });
    expect(faults).toEqual([]);
    // At least one attempt each at first, after the stop and after the kill.
    expect(facts['attempts after a kill']).toBeGreaterThanOrEqual(300);
  }, 240_000);
});
