import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { repositoryRoot } from '../../support/index.ts';

/**
 * Goal: no row of the benchmark rots. Method: the real command runs every row in its smallest size
 * and prints the run as JSON; nothing is said about speed, only that each row ran, that every peer
 * has samples, and that what was counted is what was asked for.
 */
jest.setTimeout(600_000); // a minute on a machine that does nothing else

interface Run {
  readonly missing: readonly string[];
  readonly digest: string;
  readonly rows: readonly {
    readonly id: string;
    readonly error?: string;
    readonly quantities: readonly {
      readonly name: string;
      readonly samples: Readonly<Record<string, number[]>>;
    }[];
    readonly facts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  }[];
}

const once: { run?: Promise<Run> } = {};

/** The command runs once, whichever test comes first. */
function smokeRun(): Promise<Run> {
  once.run ??= promisify(execFile)('npm', ['run', '--silent', 'bench:smoke', '--', '--json'], {
    cwd: repositoryRoot,
    maxBuffer: 16 * 1024 * 1024,
  }).then(({ stdout }) => JSON.parse(stdout) as Run);
  return once.run;
}

describe('npm run bench:smoke', () => {
  test('runs every row without an error', async () => {
    const { rows } = await smokeRun();
    expect(rows.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(rows.map(({ id }) => id)).toEqual([
      'publish-128-w4096',
      'publish-128-16x256',
      'publish-128-w256',
      'publish-128-w1',
      'publish-1024-w4096',
      'fetch-ack-plain',
      'fetch-ack-confirmed',
      'latency-1000',
      'latency-10000',
      'sdk-produce',
      'sdk-produce-async',
      'sdk-fetch',
      'start',
      'memory',
      'disk',
      'stations',
      'synth',
    ]);
  });

  test('has a sample of every quantity of every peer, and a positive one of what cannot be nothing', async () => {
    const { rows } = await smokeRun();
    const samples = rows.flatMap(({ quantities }) =>
      quantities.flatMap((quantity) =>
        Object.values(quantity.samples).map((values) => ({ name: quantity.name, values })),
      ),
    );
    expect(samples.length).toBeGreaterThan(0);
    for (const { values } of samples) expect(values.length).toBeGreaterThan(0);
    // Memory may shrink between two looks, and processor time is counted in steps of 10 ms.
    const steady = samples.filter(({ name }) => !/memory|per idle connection|processor/.test(name));
    for (const value of steady.flatMap(({ values }) => values)) expect(value).toBeGreaterThan(0);
  });

  test('counts what it asked for, at every peer', async () => {
    const { rows, missing } = await smokeRun();
    const facts = Object.fromEntries(rows.map((row) => [row.id, row.facts]));
    const published = { published: 2000, unacknowledged: 0, missingSequences: 0 };
    const received = { receivedCount: 2000, sequenceSum: 2_001_000, redeliveredCount: 0 };
    const peers = missing.length === 0 ? ['JetStream default'] : [];
    for (const peer of ['Thebes', 'client ceiling', ...peers]) {
      expect(facts['publish-128-w4096']?.[peer]).toEqual(published);
      expect(facts['publish-128-16x256']?.[peer]).toEqual(published);
      expect(facts['fetch-ack-plain']?.[peer]).toEqual({ ...received, confirmedCount: 0 });
      expect(facts['fetch-ack-confirmed']?.[peer]).toEqual({ ...received, confirmedCount: 2000 });
    }
    expect(facts['latency-1000']?.['Thebes']).toMatchObject({ receivedCount: 400 });
    expect(facts['sdk-produce']?.['Thebes']).toEqual({ stored: 100 });
    expect(facts['start']?.['Thebes']).toEqual({ published: 2200, lastSequence: 2200 });
    expect(facts['stations']?.['Thebes']).toEqual({ groupCount: 20 });
  });
});
