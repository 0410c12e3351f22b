import fc from 'fast-check';
import { embedded, memory } from './station-engine/adapters.ts';
import { Bench } from './station-engine/bench.ts';
import { begin, steps } from './station-engine/model-commands.ts';

// Goal: sequences of calls that nobody thought of. Method: random appends, pulls, settlements,
// passing time, restarts and kills run on the engine and on a model of a hundred lines; after each
// step the deliveries and every number of the states are compared. fast-check prints the seed and
// the shortest failing sequence.
describe('StationEngine beside a model', () => {
  test.each([
    { adapter: memory, runs: 60 },
    { adapter: embedded, runs: 20 },
  ])(
    'does what the model does (engine=$adapter.name)',
    async ({ adapter, runs }) => {
      const commands = fc.commands(steps(adapter.capabilities.durable === true), {
        maxCommands: 60,
        size: 'max',
      });
      await fc.assert(
        fc.asyncProperty(commands, async (chosen) => {
          const bench = await Bench.open(adapter);
          try {
            const model = await begin(bench);
            await fc.asyncModelRun(() => ({ model, real: bench }), chosen);
          } finally {
            await bench.close();
          }
        }),
        { numRuns: runs, endOnFailure: process.env['CI'] === 'true' },
      );
    },
    60_000,
  );
});
