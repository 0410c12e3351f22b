import { KeyedQueue } from '../../../../broker/src/foundation/index.ts';

/** A task whose end a test decides, and which says that it has begun. */
function heldTask(log: string[], name: string) {
  let finish = (_error?: Error): void => undefined;
  const end = new Promise<string>((resolve, reject) => {
    finish = (error) => (error === undefined ? resolve(name) : reject(error));
  });
  const run = (): Promise<string> => {
    log.push(name);
    return end;
  };
  return { run, finish: (error?: Error) => finish(error) };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('KeyedQueue', () => {
  test('begins a task when the one before it with the same key has ended', async () => {
    const log: string[] = [];
    const queue = new KeyedQueue();
    const [one, two] = [heldTask(log, 'one'), heldTask(log, 'two')];
    const ends = [queue.run(['a'], one.run), queue.run(['a'], two.run)];
    await settled();
    expect(log).toEqual(['one']);
    one.finish();
    await settled();
    expect(log).toEqual(['one', 'two']);
    two.finish();
    await expect(Promise.all(ends)).resolves.toEqual(['one', 'two']);
  });

  test('keeps the order also for a task that comes while the one behind the first runs', async () => {
    const log: string[] = [];
    const queue = new KeyedQueue();
    const [one, two] = [heldTask(log, 'one'), heldTask(log, 'two')];
    const first = queue.run(['a'], one.run);
    void queue.run(['a'], two.run);
    one.finish();
    await first;
    void queue.run(['a'], heldTask(log, 'three').run);
    await settled();
    expect(log).toEqual(['one', 'two']);
    two.finish();
    await settled();
    expect(log).toEqual(['one', 'two', 'three']);
  });

  test('runs tasks without a common key side by side', async () => {
    const log: string[] = [];
    const queue = new KeyedQueue();
    void queue.run(['a'], heldTask(log, 'one').run);
    void queue.run(['b'], heldTask(log, 'two').run);
    await settled();
    expect(log).toEqual(['one', 'two']);
  });

  test('lets a task with several keys wait for each of them, and both wait for it', async () => {
    const log: string[] = [];
    const queue = new KeyedQueue();
    const [a, b, both] = ['a', 'b', 'both'].map((name) => heldTask(log, name));
    void queue.run(['a'], a!.run);
    void queue.run(['b'], b!.run);
    void queue.run(['b', 'a'], both!.run);
    void queue.run(['a'], heldTask(log, 'a2').run);
    void queue.run(['b'], heldTask(log, 'b2').run);
    a!.finish();
    await settled();
    expect(log).toEqual(['a', 'b']);
    b!.finish();
    await settled();
    expect(log).toEqual(['a', 'b', 'both']);
    both!.finish();
    await settled();
    expect(log).toEqual(['a', 'b', 'both', 'a2', 'b2']);
  });

  test('does not make two tasks wait for each other, in whatever order they name their keys', async () => {
    const queue = new KeyedQueue();
    const tasks = Array.from({ length: 20 }, (_, index) =>
      queue.run(index % 2 === 0 ? ['a', 'b'] : ['b', 'a'], () => Promise.resolve(index)),
    );
    await expect(Promise.all(tasks)).resolves.toHaveLength(20);
  });

  test('goes on after a task that failed, which only its caller is told', async () => {
    const log: string[] = [];
    const queue = new KeyedQueue();
    const [one, two] = [heldTask(log, 'one'), heldTask(log, 'two')];
    const first = queue.run(['a'], one.run);
    const second = queue.run(['a'], two.run);
    one.finish(new Error('planted'));
    two.finish();
    await expect(first).rejects.toThrow('planted');
    await expect(second).resolves.toBe('two');
  });
});
