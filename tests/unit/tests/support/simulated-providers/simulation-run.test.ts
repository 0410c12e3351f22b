import { SimulationRun } from '../../../../support/simulated-providers/simulation-run.ts';
import type { JournalEntry, Operation } from '../../../../support/simulated-providers/index.ts';

function run(
  steps: readonly (readonly [Operation, string])[],
  edges: Record<string, string[]> = {},
): SimulationRun {
  const journal: JournalEntry[] = steps.map(([op, address]) => ({
    op,
    address,
    type: address.replace(/\..*$/, ''),
  }));
  const dependencies = new Map(Object.entries(edges).map(([from, to]) => [from, new Set(to)]));
  return new SimulationRun({ journal, live: [], outputs: {}, dependencies });
}

describe('SimulationRun', () => {
  test('tells what was created, changed, replaced and destroyed', () => {
    const { created, updated, replaced, destroyed } = run([
      ['create', 'a.new'],
      ['update', 'a.kept'],
      ['destroy', 'a.other'],
      ['create', 'a.other'],
      ['destroy', 'a.old'],
      ['refused', 'a.refused'],
    ]);
    expect({ created, updated, replaced, destroyed }).toEqual({
      created: ['a.new'],
      updated: ['a.kept'],
      replaced: ['a.other'],
      destroyed: ['a.old'],
    });
  });

  test('holds everything of one target before everything of another', () => {
    const steps = [
      ['destroy', 'pod.one'],
      ['destroy', 'node.one[0]'],
      ['destroy', 'pod.two'],
    ] as const;
    const edges = { 'pod.one': ['node.one'], 'pod.two': ['node.one'] };
    const destroyed = run(steps, edges);
    destroyed.gone('pod.one').before('node');
    expect(() => destroyed.gone('pod').before('node')).toThrow(
      'destroy of node.one[0] came before that of pod.two; it must come after it.',
    );
    destroyed.gone('node').after('pod.one');
  });

  test('does not take luck for order', () => {
    const lucky = run([
      ['destroy', 'pod.one'],
      ['destroy', 'node.one'],
    ]);
    expect(() => lucky.gone('pod').before('node')).toThrow(/by luck: no reference or depends_on/);
    const bound = run(
      [
        ['create', 'node.one'],
        ['create', 'pod.one'],
      ],
      { 'pod.one': ['node.one'] },
    );
    bound.made('node').before('pod');
    bound.made('pod').after('node');
    expect(() => bound.made('pod').before('node')).toThrow('it must come after it');
  });

  test('has no order of what was not there', () => {
    expect(() =>
      run([['destroy', 'a.b']])
        .gone('a')
        .before('c'),
    ).toThrow('No destroy of c is in the journal');
  });
});
