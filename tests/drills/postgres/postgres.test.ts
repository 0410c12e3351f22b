import { postgresDrill } from './postgres-drill.ts';

// A minute of it: npm run drill:postgres
describe('Postgres drill', () => {
  test('messages go on while Postgres is away, and changes are refused (seconds=2)', async () => {
    const { faults } = await postgresDrill.run({ count: 2, seed: 1, say: () => undefined });
    expect(faults).toEqual([]);
  }, 120_000);
});
