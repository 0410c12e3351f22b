import { awsFaultsDrill } from './aws-faults-drill.ts';

// At each tenth resource: npm run drill:aws-faults
describe('AWS faults drill', () => {
  test('completes what failed by running it again (faults=3 in each direction)', async () => {
    const { faults, facts } = await awsFaultsDrill.run({ count: 3, seed: 1, say: () => undefined });
    expect(faults).toEqual([]);
    expect(facts).toMatchObject({ interruptionCount: 6 });
  }, 600_000);
});
