import { ManualTime } from '../../../../support/manual-time.ts';
import { smallEngine } from '../../../../support/small-engine.ts';
import type { Station } from '../../../../../broker/src/core/stations/index.ts';

const hourMs = 3_600_000;

const station: Station = {
  id: 1,
  name: 'st',
  partitionCount: 1,
  retention: { kind: 'age', ageMaxMs: 1_000 * hourMs },
  storage: 'file',
  replicaCount: 1,
  dedupeWindowMs: 0,
  deadLetters: { undelivered: true, schemaFailures: true },
  deadLetterStation: null,
  schema: null,
  createdAtMs: 0,
  createdBy: 'root',
};

describe('DelayedMessages', () => {
  test('come at their times, however many others were cancelled before theirs', async () => {
    const time = new ManualTime();
    const engine = smallEngine(time);
    await engine.openStation(station);
    const address = { stationId: 1, partition: 1 };
    const group = { name: 'g', ackTimeoutMs: hourMs, deliveryCountMax: 1 };
    await engine.putGroup(1, group, { kind: 'first' });
    const deliveries: number[] = [];
    const pull = engine.pull(
      address,
      'g',
      { batch: 100, bytesMax: 0 },
      {
        isOpen: () => true,
        isReady: () => true,
        deliver: ({ sequence }) => deliveries.push(sequence),
        caughtUp: () => undefined,
        ended: () => undefined,
      },
    );
    // The first one is last, and every tenth is not cancelled.
    const startMs = time.wallMs();
    for (let count = 100; count > 0; count -= 1) {
      const deliverAtMs = startMs + count * 1_000;
      const sequence = await new Promise<number>((stored, refused) => {
        const message = { message: Buffer.from('m'), headerBytes: 0, messageId: undefined };
        engine.append(address, { ...message, deliverAtMs }, { stored, refused });
      });
      if (sequence % 10 > 0) await engine.cancelDelayed(address, sequence);
    }
    await time.advance(startMs + 50_500 - time.wallMs());
    expect(deliveries).toEqual([100, 90, 80, 70, 60]);
    await time.advance(50_000);
    expect(deliveries).toEqual([100, 90, 80, 70, 60, 50, 40, 30, 20, 10]);
    pull.cancel();
    await engine.close();
  });
});
