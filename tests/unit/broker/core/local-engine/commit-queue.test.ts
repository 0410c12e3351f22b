import { CommitQueue } from '../../../../../broker/src/core/local-engine/commit-queue.ts';
import type { CommitParticipant } from '../../../../../broker/src/core/local-engine/commit-queue.ts';
import type { BrokerError } from '../../../../../broker/src/core/errors/index.ts';
import { MemoryStore } from '../../../../../broker/src/engines/memory/index.ts';
import { FaultyStore } from '../../../../support/faulty-store.ts';
import { ManualTime } from '../../../../support/manual-time.ts';

const key = (name: string): Uint8Array => new TextEncoder().encode(name);

/** Puts its name when it is asked to, and writes down what it is told. */
function participant(name: string, heard: string[]): CommitParticipant {
  return {
    contribute: (changes) => {
      heard.push(`${name} contributes`);
      changes.push({ kind: 'put', key: key(name), value: key(name) });
    },
    committed: () => heard.push(`${name} committed`),
    rejected: (error) => heard.push(`${name} rejected ${error.code}`),
  };
}

function setUp() {
  const time = new ManualTime();
  const store = new FaultyStore(new MemoryStore());
  const fatal: BrokerError[] = [];
  const queue = new CommitQueue(store, time, {
    lazyDelayMs: 50,
    retryDelayMs: 1000,
    onFatal: (error) => fatal.push(error),
  });
  return { time, store, queue, fatal, heard: [] as string[] };
}

describe('CommitQueue', () => {
  test('writes everything that was marked in one turn with one commit', async () => {
    const { time, store, queue, heard } = setUp();
    queue.markUrgent(participant('a', heard));
    queue.markLazy(participant('b', heard));
    queue.markUrgent(participant('c', heard));
    await time.settled();
    expect(store.commitCount).toBe(1);
    expect(heard.slice(0, 3)).toEqual(['a contributes', 'b contributes', 'c contributes']);
    expect(heard.slice(3)).toEqual(['a committed', 'b committed', 'c committed']);
  });

  test('lets lazy changes wait for the delay, and no longer', async () => {
    const { time, store, queue, heard } = setUp();
    queue.markLazy(participant('a', heard));
    await time.advance(49);
    expect(store.commitCount).toBe(0);
    await time.advance(1);
    expect(heard).toEqual(['a contributes', 'a committed']);
  });

  test('gathers for the next commit while one is on its way', async () => {
    const { time, store, queue, heard } = setUp();
    store.hold();
    queue.markUrgent(participant('a', heard));
    await time.settled();
    queue.markUrgent(participant('b', heard));
    queue.markUrgent(participant('c', heard));
    await time.settled();
    expect(heard).toEqual(['a contributes']);
    store.release();
    await time.settled();
    expect(store.commitCount).toBe(2);
    expect(heard.slice(1, 4)).toEqual(['a committed', 'b contributes', 'c contributes']);
  });

  test('refuses when the store is full, tells nobody it is broken, and tries again after the delay', async () => {
    const { time, store, queue, fatal, heard } = setUp();
    const again: CommitParticipant = {
      ...participant('a', heard),
      rejected: (error) => {
        heard.push(`a rejected ${error.code}`);
        queue.markLazy(again);
      },
    };
    store.refuse('full');
    queue.markUrgent(again);
    await time.settled();
    expect(heard).toEqual(['a contributes', 'a rejected STORE_REFUSED']);
    store.accept();
    await time.advance(999);
    expect(heard).toHaveLength(2);
    await time.advance(1);
    expect(heard.slice(2)).toEqual(['a contributes', 'a committed']);
    expect([fatal, queue.brokenBy]).toEqual([[], undefined]);
  });

  test('writes acks by themselves while messages are refused for want of room', async () => {
    const { time, store, queue, heard } = setUp();
    const messages = { ...participant('messages', heard), addsMessages: true };
    store.refuse('full');
    queue.markUrgent(messages);
    await time.settled();
    queue.markUrgent(messages);
    queue.markLazy(participant('acks', heard));
    store.accept();
    await time.settled();
    expect(heard.slice(2)).toEqual([
      'acks contributes',
      'acks committed',
      'messages contributes',
      'messages committed',
    ]);
    queue.markLazy(participant('acks', heard));
    queue.markUrgent(messages);
    await time.settled();
    expect(store.commitCount).toBe(3);
  });

  test('answers messages, and then rests, where there is no room even for acks', async () => {
    const { time, store, queue, heard } = setUp();
    const ack: CommitParticipant = {
      ...participant('ack', heard),
      rejected: () => {
        heard.push('ack rejected');
        queue.markLazy(ack);
      },
    };
    store.refuse('full');
    queue.markUrgent({ ...participant('first', heard), addsMessages: true });
    queue.markUrgent(ack);
    await time.settled();
    heard.length = 0;
    queue.markUrgent({ ...participant('second', heard), addsMessages: true });
    await time.settled();
    expect(heard).toEqual([
      'ack contributes',
      'ack rejected',
      'second contributes',
      'second rejected STORE_REFUSED',
    ]);
    await time.settled();
    expect(heard).toHaveLength(4);
    store.accept();
    await time.advance(1000);
    expect(heard.slice(4)).toEqual(['ack contributes', 'ack committed']);
  });

  test('is broken for good after a failed flush: what waits and what comes is rejected, one is told', async () => {
    const { time, store, queue, fatal, heard } = setUp();
    store.hold();
    queue.markUrgent(participant('a', heard));
    await time.settled();
    queue.markUrgent(participant('b', heard));
    store.refuse('failed');
    store.release();
    await time.settled();
    store.accept();
    queue.markUrgent(participant('c', heard));
    await time.settled();
    expect(heard).toEqual([
      'a contributes',
      'a rejected STORE_FAILED',
      'b rejected STORE_FAILED',
      'c rejected STORE_FAILED',
    ]);
    expect(fatal.map(({ code }) => code)).toEqual(['STORE_FAILED']);
    await expect(queue.run(() => undefined)).rejects.toMatchObject({ code: 'STORE_FAILED' });
    await queue.flush();
  });

  test('stays closed though another try was planned when it was closed on a full store', async () => {
    const { time, store, queue, heard } = setUp();
    store.refuse('full');
    const stubborn: CommitParticipant = {
      ...participant('a', heard),
      rejected: ({ code }) => {
        if (code === 'STORE_REFUSED') queue.markUrgent(stubborn);
      },
    };
    queue.markUrgent(stubborn);
    await queue.close();
    await time.settled();
    queue.markUrgent(participant('late', heard));
    await time.settled();
    expect(heard.filter((line) => line.startsWith('late'))).toEqual([
      'late rejected BROKER_STOPPING',
    ]);
  });

  test('runs changes of its own, and resolves flush when nothing is left', async () => {
    const { time, store, queue, heard } = setUp();
    queue.markLazy(participant('a', heard));
    const ran = queue.run((changes) =>
      changes.push({ kind: 'put', key: key('x'), value: key('y') }),
    );
    await queue.flush();
    await ran;
    expect(store.get(key('x'))).toEqual(key('y'));
    expect(store.get(key('a'))).toEqual(key('a'));
    await time.advance(1000);
    expect(store.commitCount).toBe(1);
  });

  test('makes no commit when what was marked has nothing to write any more', async () => {
    const { time, store, queue, heard } = setUp();
    queue.markUrgent({ ...participant('a', heard), contribute: () => undefined });
    await time.settled();
    expect([store.commitCount, heard]).toEqual([0, ['a committed']]);
  });
});
