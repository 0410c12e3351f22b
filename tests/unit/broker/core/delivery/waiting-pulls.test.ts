import {
  WaitingPull,
  WaitingPulls,
} from '../../../../../broker/src/core/delivery/waiting-pulls.ts';

interface Member {
  readonly pull: WaitingPull;
  readonly ends: string[];
  isOpen: boolean;
  isReady: boolean;
}

function member(batch = 10, bytesMax = 0): Member {
  const ends: string[] = [];
  const state = { isOpen: true, isReady: true, ends };
  const pull = new WaitingPull(
    { batch, bytesMax },
    {
      isOpen: () => state.isOpen,
      isReady: () => state.isReady,
      deliver: () => undefined,
      caughtUp: () => undefined,
      ended: (end) => ends.push(end),
    },
  );
  return Object.assign(state, { pull });
}

function turns(pulls: WaitingPulls, count: number): (WaitingPull | undefined)[] {
  return Array.from({ length: count }, () => pulls.next());
}

describe('WaitingPulls', () => {
  test('serves each in turn, a newcomer behind all that waited before it', () => {
    const pulls = new WaitingPulls(8);
    const [one, two, three] = [member(), member(), member()];
    pulls.add(one.pull);
    pulls.add(two.pull);
    expect(turns(pulls, 1)).toEqual([one.pull]);
    pulls.add(three.pull);
    expect(turns(pulls, 4)).toEqual([two.pull, one.pull, three.pull, two.pull]);
  });

  test('passes over one that is not ready, and comes back to it', () => {
    const pulls = new WaitingPulls(8);
    const [one, two] = [member(), member()];
    pulls.add(one.pull);
    pulls.add(two.pull);
    one.isReady = false;
    expect(turns(pulls, 2)).toEqual([two.pull, two.pull]);
    one.isReady = true;
    expect(turns(pulls, 2)).toEqual([one.pull, two.pull]);
    one.isReady = false;
    two.isReady = false;
    expect(pulls.next()).toBeUndefined();
    expect(pulls.length).toBe(2);
  });

  test('ends one whose receiver is not open any more', () => {
    const pulls = new WaitingPulls(8);
    const [one, two] = [member(), member()];
    pulls.add(one.pull);
    pulls.add(two.pull);
    one.isOpen = false;
    expect(pulls.next()).toBe(two.pull);
    expect(one.ends).toEqual(['closed']);
    expect(pulls.length).toBe(1);
  });

  test('keeps the turns of the others when one is removed', () => {
    const pulls = new WaitingPulls(8);
    const [one, two, three] = [member(), member(), member()];
    for (const { pull } of [one, two, three]) pulls.add(pull);
    expect(turns(pulls, 2)).toEqual([one.pull, two.pull]);
    pulls.remove(two.pull);
    expect(turns(pulls, 3)).toEqual([three.pull, one.pull, three.pull]);
    pulls.remove(two.pull);
    expect(pulls.length).toBe(2);
  });

  test('rejects one too many, unless a closed one can make room', () => {
    const pulls = new WaitingPulls(2);
    const [one, two, three] = [member(), member(), member()];
    expect([pulls.add(one.pull), pulls.add(two.pull), pulls.add(three.pull)]).toEqual([
      true,
      true,
      false,
    ]);
    one.isOpen = false;
    expect(pulls.add(three.pull)).toBe(true);
    expect(one.ends).toEqual(['closed']);
  });

  test('tells each pull once that it is over', () => {
    const pulls = new WaitingPulls(2);
    const one = member();
    pulls.add(one.pull);
    pulls.endAll('station-deleted');
    one.pull.end('filled');
    expect(one.ends).toEqual(['station-deleted']);
    expect(pulls.length).toBe(0);
  });

  test('counts the bytes of a pull with a byte limit', () => {
    const { pull } = member(10, 100);
    pull.take(60);
    expect([pull.hasRoomFor(40), pull.hasRoomFor(41)]).toEqual([true, false]);
    expect(member(10, 0).pull.hasRoomFor(1e9)).toBe(true);
  });
});
