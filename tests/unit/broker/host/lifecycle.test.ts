import { BrokerError } from '../../../../broker/src/core/errors/index.ts';
import { Lifecycle } from '../../../../broker/src/host/index.ts';
import { ManualTime } from '../../../support/manual-time.ts';
import { RecordedLogger } from '../../../support/index.ts';

function newLifecycle() {
  const time = new ManualTime();
  const logger = new RecordedLogger();
  const events: string[] = [];
  const lifecycle = new Lifecycle(logger, time, time, {
    stopTimeoutMs: 5000,
    farewellTimeoutMs: 1000,
    signalEchoMs: 500,
    onStopping: () => events.push('not ready'),
    onFailed: () => events.push('broken'),
    exit: (code) => events.push(`exit ${String(code)}`),
    complain: (message) => events.push(`stderr: ${message.split('\n')[0] ?? ''}`),
  });
  const part = (name: string, settings?: { isStoreless: boolean }): void =>
    lifecycle.add(
      name,
      () => {
        events.push(`stop ${name}`);
        return Promise.resolve();
      },
      settings,
    );
  return { lifecycle, time, logger, events, part };
}

/** A running broker of three parts; only the listener does not touch the store. */
async function running() {
  const parts = newLifecycle();
  await parts.lifecycle.run(() => {
    parts.part('store');
    parts.part('engine');
    parts.part('listener', { isStoreless: true });
    return Promise.resolve();
  });
  return parts;
}

const diskError = new BrokerError('STORE_FAILED', { cause: 'EIO' });

describe('Lifecycle', () => {
  test('stops the parts on a signal, last started first, and exits with 0', async () => {
    const { lifecycle, events, time } = await running();
    lifecycle.signal('SIGTERM');
    await time.settled();
    expect(events).toEqual(['not ready', 'stop listener', 'stop engine', 'stop store', 'exit 0']);
  });

  test('waits for a part to stop before it stops the next', async () => {
    const { lifecycle, events, time } = newLifecycle();
    let finish = (): void => undefined;
    await lifecycle.run(() => {
      lifecycle.add('engine', () => Promise.resolve(void events.push('stop engine')));
      lifecycle.add('listener', () => new Promise((resolve) => (finish = resolve)));
      return Promise.resolve();
    });
    lifecycle.signal('SIGTERM');
    await time.settled();
    expect(events).toEqual(['not ready']);
    finish();
    await time.settled();
    expect(events).toEqual(['not ready', 'stop engine', 'exit 0']);
  });

  test('gives up with 1 when the grace period is over, and says what it waited for', async () => {
    const { lifecycle, events, time, logger } = newLifecycle();
    await lifecycle.run(() => {
      lifecycle.add('listener', () => new Promise(() => undefined));
      return Promise.resolve();
    });
    lifecycle.signal('SIGTERM');
    await time.advance(4999);
    expect(events).toEqual(['not ready']);
    await time.advance(1);
    expect(events.at(-1)).toBe('exit 1');
    expect(String(logger.lines.at(-1)?.fields['err'])).toContain(
      '5000 ms were not enough while stopping: listener',
    );
  });

  test('ends at once with 1 on a second signal, but not on the echo of the first', async () => {
    const { lifecycle, events, time } = newLifecycle();
    await lifecycle.run(() => {
      lifecycle.add('listener', () => new Promise(() => undefined));
      return Promise.resolve();
    });
    lifecycle.signal('SIGINT');
    await time.advance(499);
    lifecycle.signal('SIGINT');
    expect(events).toEqual(['not ready']);
    await time.advance(1);
    lifecycle.signal('SIGINT');
    expect(events.slice(1)).toEqual([
      'stderr: The broker ends before its work is done: a second SIGINT came while stopping: listener',
      'exit 1',
    ]);
  });

  test('stops the other parts when one can not be stopped, and exits with 1', async () => {
    const { lifecycle, events, part, time } = newLifecycle();
    await lifecycle.run(() => {
      part('store');
      lifecycle.add('engine', () => Promise.reject(new Error('planted')));
      return Promise.resolve();
    });
    lifecycle.signal('SIGTERM');
    await time.settled();
    expect(events).toEqual([
      'not ready',
      'stderr: Stopping failed: engine: planted',
      'stop store',
      'exit 1',
    ]);
  });

  test('stops what was started when the start fails, says why once, and exits with 1', async () => {
    const { lifecycle, events, part, logger } = newLifecycle();
    await lifecycle.run(() => {
      part('store');
      return Promise.reject(
        new BrokerError('DATA_DIR_UNUSABLE', { dataDir: '/x', cause: 'EROFS' }),
      );
    });
    expect(events).toEqual([
      expect.stringContaining('The data directory /x can not be used: EROFS'),
      'stop store',
      'exit 1',
    ]);
    expect(logger.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  test('finishes a start before it obeys a signal', async () => {
    const { lifecycle, events, part, time } = newLifecycle();
    let finish = (): void => undefined;
    const run = lifecycle.run(async () => {
      part('store');
      await new Promise<void>((resolve) => (finish = resolve));
      part('engine');
    });
    lifecycle.signal('SIGTERM');
    await time.settled();
    expect(events).toEqual(['not ready']);
    finish();
    await run;
    expect(events).toEqual(['not ready', 'stop engine', 'stop store', 'exit 0']);
  });

  test('does not wait for a start longer than the grace period after a signal', async () => {
    const { lifecycle, events, time } = newLifecycle();
    void lifecycle.run(() => new Promise(() => undefined));
    lifecycle.signal('SIGTERM');
    await time.advance(5000);
    expect(events.at(-1)).toBe('exit 1');
  });

  test('after a failure of the store stops only what does not touch it, and exits with 1', async () => {
    const { lifecycle, events, time } = await running();
    lifecycle.fail(diskError);
    await time.settled();
    expect(events).toEqual([
      expect.stringContaining('writing to disk failed (EIO)'),
      'broken',
      'stop listener',
      'exit 1',
    ]);
  });

  test('bids a short farewell after a failure of the store', async () => {
    const { lifecycle, events, time } = newLifecycle();
    await lifecycle.run(() => {
      lifecycle.add('listener', () => new Promise(() => undefined), { isStoreless: true });
      return Promise.resolve();
    });
    lifecycle.fail(diskError);
    await time.advance(999);
    expect(events.at(-1)).toBe('broken');
    await time.advance(1);
    expect(events.at(-1)).toBe('exit 1');
  });

  test('exits with 1 when the store fails during an orderly stop, stopping no part twice', async () => {
    const { lifecycle, events, time } = newLifecycle();
    await lifecycle.run(() => {
      lifecycle.add('engine', () => {
        lifecycle.fail(diskError);
        return Promise.resolve();
      });
      lifecycle.add('listener', () => Promise.resolve(void events.push('stop listener')), {
        isStoreless: true,
      });
      return Promise.resolve();
    });
    lifecycle.signal('SIGTERM');
    await time.settled();
    expect(events.filter((event) => event === 'stop listener')).toHaveLength(1);
    expect(events.at(-1)).toBe('exit 1');
  });

  test('ends at once after a fault of the program, with its stack', async () => {
    const { lifecycle, events, logger } = await running();
    lifecycle.crash(new TypeError('planted'));
    expect(events).toEqual(['stderr: The broker has a fault and ends: planted', 'exit 1']);
    expect(logger.lines.at(-1)).toMatchObject({ level: 'error', fields: { event: 'failed' } });
  });

  test('exits once', async () => {
    const { lifecycle, events, time } = await running();
    lifecycle.crash(new Error('one'));
    lifecycle.crash(new Error('two'));
    lifecycle.fail(diskError);
    lifecycle.signal('SIGTERM');
    await time.advance(10_000);
    expect(events.filter((event) => event.startsWith('exit'))).toEqual(['exit 1']);
  });
});
