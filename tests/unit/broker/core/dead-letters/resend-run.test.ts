import { LocalBus } from '../../../../../broker/src/bus/local/index.ts';
import { headerBlocks } from '../../../../../broker/src/codecs/nats/index.ts';
import { DeadLetters } from '../../../../../broker/src/core/dead-letters/index.ts';
import type { ResendRequest } from '../../../../../broker/src/core/dead-letters/index.ts';
import type { BusMessage } from '../../../../../broker/src/core/ports/index.ts';
import { defaultStationSettings } from '../../../../../broker/src/core/stations/index.ts';
import type { Station } from '../../../../../broker/src/core/stations/index.ts';
import { ManualTime } from '../../../../support/manual-time.ts';
import { smallEngine } from '../../../../support/small-engine.ts';

const station: Station = {
  ...defaultStationSettings('my.orders'),
  id: 1,
  createdAtMs: 0,
  createdBy: 'root',
};

interface Sent {
  readonly subject: string;
  readonly reply: string | undefined;
  readonly headers: string;
  readonly payload: string;
}

/** Dead letters of a group `cg.x`, and everything that is heard on the bus. */
class Scene {
  readonly time = new ManualTime();
  readonly bus = new LocalBus();
  readonly engine = smallEngine(this.time);
  readonly sent: Sent[] = [];
  deadLetters = this.newDeadLetters();

  /** As after a restart of the broker: what is not in the engine is forgotten. */
  newDeadLetters(): DeadLetters {
    const { engine, bus, time } = this;
    return new DeadLetters({
      engine,
      bus,
      headers: headerBlocks,
      clock: time,
      scheduler: time,
      resendBytesPerSecondMax: 1_000,
    });
  }

  async letters(payloads: readonly string[], group: string | null = 'cg.x'): Promise<number[]> {
    await this.engine.openStation(station);
    const headers = 'NATS/1.0\r\n$memphis_producedBy: shop\r\ncolour: blue\r\n\r\n';
    const ids: number[] = [];
    for (const [index, payload] of payloads.entries()) {
      const id = await this.engine.putDeadLetter({
        stationId: 1,
        partition: 1,
        sequence: index + 1,
        group,
        cause: 'terminated',
        reason: 'no',
        deliveryCount: 1,
        storedAtMs: 0,
        firstFailedAtMs: 0,
        lastFailedAtMs: 0,
        message: Buffer.from(headers + payload),
        headerBytes: headers.length,
      });
      ids.push(id);
    }
    return ids;
  }

  listen(pattern = '$memphis_dls_my#orders.cg#x', queue?: string): void {
    this.bus.subscribe(pattern, queue, ({ subject, reply, message, headerBytes }: BusMessage) => {
      const text = Buffer.from(message).toString();
      const [headers, payload] = [text.slice(0, headerBytes), text.slice(headerBytes)];
      this.sent.push({ subject, reply, headers, payload });
    });
  }

  request(operation: string, fields: Partial<ResendRequest> = {}): ResendRequest {
    const all = { ids: undefined, throughId: undefined, countPerSecond: 10 };
    return { operation, station, ...all, ...fields };
  }

  get payloads(): string[] {
    return this.sent.map(({ payload }) => payload);
  }
}

describe('ResendRun', () => {
  test('sends a dead letter on to its group, marked as one, without a reply subject', async () => {
    const scene = new Scene();
    const [id = 0] = await scene.letters(['one']);
    scene.listen();
    const run = scene.deadLetters.resend(scene.request('r'));
    await scene.time.advance(1_000);
    expect(await run.done).toEqual({ sentCount: 1, unheardCount: 0, skippedCount: 0, lastId: id });
    expect(scene.sent).toEqual([
      {
        subject: '$memphis_dls_my#orders.cg#x',
        reply: undefined,
        headers: `NATS/1.0\r\n$memphis_producedBy: $memphis_dls\r\ncolour: blue\r\n$memphis_pm_id: ${String(id)}\r\n$memphis_pm_cg_name: cg.x\r\n\r\n`,
        payload: 'one',
      },
    ]);
    expect(await scene.engine.deadLetter(id)).toMatchObject({
      resend: { operation: 'r', count: 1 },
    });
  });

  test('gives it to one member of each queue', async () => {
    const scene = new Scene();
    await scene.letters(['one']);
    for (const queue of ['js', 'js', 'py']) scene.listen('$memphis_dls_my#orders.cg#x', queue);
    const run = scene.deadLetters.resend(scene.request('r'));
    await scene.time.advance(1_000);
    await run.done;
    expect(scene.payloads).toEqual(['one', 'one']);
  });

  test('keeps to its rate', async () => {
    const scene = new Scene();
    await scene.letters(['1', '2', '3', '4', '5']);
    scene.listen();
    const run = scene.deadLetters.resend(scene.request('r', { countPerSecond: 2 }));
    await scene.time.advance(999);
    expect(scene.payloads).toEqual(['1', '2']);
    expect(run.progress).toMatchObject({ sentCount: 2 });
    await scene.time.advance(1_501);
    expect(scene.payloads).toEqual(['1', '2', '3', '4', '5']);
    expect(await run.done).toMatchObject({ sentCount: 5 });
  });

  test('sends no more bytes a second than may be, whatever its rate', async () => {
    const scene = new Scene();
    await scene.letters(['x'.repeat(2_000), 'y']);
    scene.listen();
    const run = scene.deadLetters.resend(scene.request('r', { countPerSecond: 10 }));
    await scene.time.advance(1_999);
    expect(scene.sent).toHaveLength(1);
    await scene.time.advance(200);
    expect(scene.sent).toHaveLength(2);
    await run.done;
  });

  test('is one while it is under way, however often it is asked for', async () => {
    const scene = new Scene();
    await scene.letters(['1', '2']);
    scene.listen();
    const run = scene.deadLetters.resend(scene.request('r'));
    expect(scene.deadLetters.resend(scene.request('r'))).toBe(run);
    await scene.time.advance(1_000);
    await run.done;
    expect(scene.payloads).toEqual(['1', '2']);
  });

  test('asked for again under its name goes on where it stopped, also after a restart', async () => {
    const scene = new Scene();
    await scene.letters(['1', '2', '3', '4']);
    scene.listen();
    const first = scene.deadLetters.resend(scene.request('r'));
    await scene.time.advance(150);
    await scene.deadLetters.stop();
    expect(await first.done).toMatchObject({ sentCount: 2 });
    scene.deadLetters = scene.newDeadLetters();
    const second = scene.deadLetters.resend(scene.request('r'));
    await scene.time.advance(1_000);
    expect(await second.done).toMatchObject({ sentCount: 2, skippedCount: 2 });
    expect(scene.payloads).toEqual(['1', '2', '3', '4']);
    const third = scene.deadLetters.resend(scene.request('another'));
    await scene.time.advance(1_000);
    expect(await third.done).toMatchObject({ sentCount: 4 });
    expect(scene.time.timerCount).toBe(0);
  });

  test('leaves what nobody hears as it is, so that it is sent when somebody listens', async () => {
    const scene = new Scene();
    const [id = 0] = await scene.letters(['one']);
    const first = scene.deadLetters.resend(scene.request('r'));
    await scene.time.advance(1_000);
    expect(await first.done).toMatchObject({ sentCount: 0, unheardCount: 1 });
    expect((await scene.engine.deadLetter(id))?.resend).toBeNull();
    scene.listen();
    const second = scene.deadLetters.resend(scene.request('r'));
    await scene.time.advance(1_000);
    expect(await second.done).toMatchObject({ sentCount: 1, unheardCount: 0 });
  });

  test('sends those of its ids that are there and of the station, each once', async () => {
    const scene = new Scene();
    const ids = await scene.letters(['1', '2', '3']);
    const [first = 0, , third = 0] = ids;
    await scene.engine.openStation({ ...station, id: 2, name: 'other' });
    scene.listen('>');
    const run = scene.deadLetters.resend(scene.request('r', { ids: [third, first, 99, third] }));
    const other = { station: { ...station, id: 2, name: 'other' }, ids };
    const wrong = scene.deadLetters.resend(scene.request('s', other));
    await scene.time.advance(1_000);
    expect(await run.done).toMatchObject({ sentCount: 2 });
    expect(await wrong.done).toMatchObject({ sentCount: 0 });
    expect(scene.payloads).toEqual(['1', '3']);
  });

  test('sends none that came after it was asked for, and none after its last id', async () => {
    const scene = new Scene();
    const [first = 0] = await scene.letters(Array.from({ length: 20 }, (_, index) => `${index}`));
    scene.listen();
    const all = scene.deadLetters.resend(scene.request('r', { countPerSecond: 100 }));
    const some = scene.deadLetters.resend(scene.request('s', { throughId: first + 1 }));
    await scene.time.settled();
    await scene.letters(['late']);
    await scene.time.advance(2_000);
    expect(await all.done).toMatchObject({ sentCount: 20 });
    expect(await some.done).toMatchObject({ sentCount: 2 });
    expect(scene.payloads).not.toContain('late');
  });

  test('passes over what no group has had', async () => {
    const scene = new Scene();
    await scene.letters(['one'], null);
    scene.listen('>');
    const run = scene.deadLetters.resend(scene.request('r'));
    await scene.time.advance(1_000);
    expect(await run.done).toMatchObject({ sentCount: 0, skippedCount: 1 });
    expect(scene.sent).toEqual([]);
  });

  test('fails when the engine cannot write its marks', async () => {
    const scene = new Scene();
    await scene.letters(['one']);
    scene.listen();
    await scene.engine.close();
    const run = scene.deadLetters.resend(scene.request('r'));
    await expect(run.done).rejects.toMatchObject({ code: 'BROKER_STOPPING' });
  });
});
