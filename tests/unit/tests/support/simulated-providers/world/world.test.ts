import { tempDir } from '../../../../../support/index.ts';
import { World } from '../../../../../support/simulated-providers/world/world.ts';

describe('World', () => {
  test('shows all processes what any of them put or removed', () => {
    const folder = tempDir();
    const [one, other] = [new World(folder), new World(folder)];
    one.put({ key: 'k', type: 'aws_vpc', id: 'vpc-1', values: { size: 1 } });
    expect(other.live()).toEqual([expect.objectContaining({ id: 'vpc-1', values: { size: 1 } })]);
    one.put({ key: 'k', type: 'aws_vpc', id: 'vpc-1', values: { size: 2 } });
    expect(other.live()).toEqual([expect.objectContaining({ values: { size: 2 } })]);
    other.remove('k');
    expect(one.live()).toEqual([]);
  });

  test('keeps the journal in order and counts for all processes together', () => {
    const folder = tempDir();
    const [one, other] = [new World(folder), new World(folder)];
    expect(one.journal()).toEqual([]);
    one.note({ op: 'create', type: 'aws_vpc' });
    other.note({ op: 'destroy', type: 'aws_vpc' });
    expect(one.journal().map(({ op }) => op)).toEqual(['create', 'destroy']);
    expect([one.count('a'), other.count('a'), one.count('b'), one.count('a')]).toEqual([
      1, 2, 1, 3,
    ]);
  });
});
