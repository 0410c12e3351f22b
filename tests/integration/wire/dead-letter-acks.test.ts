import type { DeadLetter } from '../../../broker/src/core/dead-letters/index.ts';
import { startFront } from './front.ts';
import type { Front } from './front.ts';
import type { RawClient } from './raw-client.ts';
import { createStation } from './stations.ts';

/** A station with two dead letters of group `cg.x`, and a client. */
async function scene(): Promise<{ front: Front; client: RawClient; ids: number[] }> {
  const front = await startFront();
  const client = await front.connect();
  await createStation(client, 's');
  const stationId = front.services.stations.find('s')?.id ?? 0;
  const ids: number[] = [];
  for (const sequence of [1, 2]) {
    const id = await front.services.engine.putDeadLetter({
      stationId,
      partition: 1,
      sequence,
      group: 'cg.x',
      cause: 'terminated',
      reason: 'no',
      deliveryCount: 1,
      storedAtMs: 0,
      firstFailedAtMs: 0,
      lastFailedAtMs: 0,
      message: Buffer.from('m'),
      headerBytes: 0,
    });
    ids.push(id);
  }
  return { front, client, ids };
}

async function list({ services }: Front): Promise<readonly DeadLetter[]> {
  const station = services.stations.find('s');
  if (station === undefined) throw new Error('The station is not there');
  return services.deadLetters.list(station, { afterId: 0, countMax: 10 });
}

describe('The ack of a dead letter', () => {
  test.each(['cg.x', 'CG.X', 'cg#x'])('removes the one record it names: %s', async (cg_name) => {
    const { front, client, ids } = await scene();
    const [first = 0, second] = ids;
    client.publish('$memphis_pm_acks', JSON.stringify({ id: first, cg_name }));
    client.publish('$memphis_pm_acks', JSON.stringify({ id: first, cg_name }));
    await client.flush();
    expect((await list(front)).map(({ id }) => id)).toEqual([second]);
  });

  test('changes nothing when it names no dead letter of that group', async () => {
    const { front, client, ids } = await scene();
    const [id = 0] = ids;
    for (const payload of [
      { id, cg_name: 'other' },
      { id, cg_name: '' },
      { id, cg_name: null },
      { id },
      { id: null, cg_name: 'cg.x' },
      { id: 0, cg_name: 'cg.x' },
      { id: -1, cg_name: 'cg.x' },
      { id: 99, cg_name: 'cg.x' },
      { id: 1.5, cg_name: 'cg.x' },
      { id: String(id), cg_name: 'cg.x' },
      { id: [id], cg_name: 'cg.x' },
      {},
    ]) {
      client.publish('$memphis_pm_acks', JSON.stringify(payload));
    }
    for (const garbage of ['', '{', 'null', '[]', '"x"']) {
      client.publish('$memphis_pm_acks', garbage);
    }
    await client.flush();
    expect((await list(front)).map((letter) => letter.id)).toEqual(ids);
    expect(client.isClosed).toBe(false);
  });
});

describe('The report of a message that failed its schema', () => {
  test('is kept with what can be read of it, and harms nothing when nothing can', async () => {
    const { front, client } = await scene();
    const report = (fields: object): void =>
      client.publish('$memphis_schemaverse_dls', JSON.stringify({ station_name: 's', ...fields }));
    report({ message: { data: '7b7dxyz', headers: { ok: 'v', 'not ok': 'v', 'a:b': 'v', n: 1 } } });
    report({ producer: { name: 'shop' }, validation_error: 'e'.repeat(5_000) });
    report({ station_name: 'nobody', message: { data: '41' } });
    report({ message: { data: 41 } });
    report({ message: 'text' });
    for (const garbage of ['', '{', '[]']) client.publish('$memphis_schemaverse_dls', garbage);
    await client.flush();
    const [first, second, ...more] = (await list(front)).slice(2);
    expect(Buffer.from(first?.message ?? []).toString()).toBe(
      'NATS/1.0\r\nok: v\r\n$memphis_producedBy: unknown\r\n\r\n{}',
    );
    expect(Buffer.from(second?.message ?? []).toString()).toBe(
      'NATS/1.0\r\n$memphis_producedBy: shop\r\n\r\n',
    );
    expect(second?.reason).toBe('e'.repeat(4_096));
    expect(more).toEqual([]);
    expect(client.isClosed).toBe(false);
  });

  test('is not kept by a station that does not want it', async () => {
    const front = await startFront();
    const client = await front.connect();
    const dls_configuration = { poison: true, schemaverse: false };
    await createStation(client, 's', { dls_configuration });
    const message = { data: '41', headers: {} };
    client.publish('$memphis_schemaverse_dls', JSON.stringify({ station_name: 's', message }));
    await client.flush();
    expect(await list(front)).toEqual([]);
  });
});
