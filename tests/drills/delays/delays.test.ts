import { playDelays } from './delays-drill.ts';

// The full number of messages, and how late they come: npm run drill:delays
describe('Delays drill', () => {
  test('no delayed message comes early, is lost in a kill, or comes when it was cancelled (messages=400, seed=1)', async () => {
    const { faults, facts } = await playDelays({ count: 400, seed: 1, say: () => undefined });
    expect(faults).toEqual([]);
    expect(facts['cancelled']).toBeGreaterThan(0);
    expect(Number(facts['came']) + Number(facts['cancelled'])).toBe(400);
  }, 180_000);
});
