import { sdksOf } from '../../conformance/index.ts';
import { restartDrill } from './restart-drill.ts';

// The full number of restarts: npm run drill:restart
describe('Restart drill', () => {
  test('every SDK goes on after a stop and a kill of the broker, and no group misses a message (restarts=2, seed=1)', async () => {
    const { faults, facts } = await restartDrill.run({ count: 2, seed: 1, say: () => undefined });
    expect(faults).toEqual([]);
    expect(facts['SDKs']).toBe(sdksOf(['node', 'python', 'go']).length);
    expect(facts['acknowledged']).toBeGreaterThan(3 * Number(facts['SDKs']));
  }, 300_000);
});
