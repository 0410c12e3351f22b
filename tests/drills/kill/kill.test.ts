import { killDrill } from './kill-drill.ts';

// The full number of rounds: npm run drill:kill
describe('Kill drill', () => {
  test('kill -9 under load takes nothing that was acknowledged and repeats nothing that was confirmed (rounds=3, seed=1)', async () => {
    const { faults, facts } = await killDrill.run({ count: 3, seed: 1, say: () => undefined });
    expect(faults).toEqual([]);
    expect(facts['acknowledged']).toBeGreaterThan(900);
    expect(facts['confirmed']).toBeGreaterThan(300);
  }, 120_000);
});
