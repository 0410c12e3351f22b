import { headerBlocks } from '../../../../../broker/src/codecs/nats/index.ts';
import { DeadLetterCopies } from '../../../../../broker/src/core/dead-letters/index.ts';
import { BrokerError } from '../../../../../broker/src/core/errors/index.ts';
import {
  defaultStationSettings,
  StationRegistry,
} from '../../../../../broker/src/core/stations/index.ts';
import type { Station } from '../../../../../broker/src/core/stations/index.ts';
import { MemoryMetadataStore } from '../../../../../broker/src/metadata/memory/index.ts';
import { RecordedLogger } from '../../../../support/index.ts';
import { ManualTime } from '../../../../support/manual-time.ts';
import { smallEngine } from '../../../../support/small-engine.ts';

/** Stations, an engine and what copies dead letters from one to another. */
class Scene {
  readonly time = new ManualTime();
  readonly logger = new RecordedLogger();
  readonly engine = smallEngine(this.time);
  readonly metadata = new MemoryMetadataStore();
  readonly stations = new StationRegistry(this.metadata, this.engine, this.time, {
    stationCountMax: 100,
    partitionCountMax: 100,
    totalPartitionCountMax: 1000,
  });
  readonly copies = new DeadLetterCopies({
    engine: this.engine,
    stations: this.stations,
    headers: headerBlocks,
    scheduler: this.time,
    logger: this.logger,
    retryDelayMs: 1_000,
  });

  async station(name: string, settings: Partial<Station> = {}): Promise<Station> {
    const wanted = { ...defaultStationSettings(name), ...settings };
    return (await this.stations.create(wanted, 'root')).station;
  }

  /** A message that fails in a station. */
  async fail(station: Station, payload: string, headers = ''): Promise<void> {
    const { id: stationId } = station;
    const block = headers === '' ? '' : `NATS/1.0\r\n${headers}\r\n\r\n`;
    await this.engine.putDeadLetter({
      stationId,
      partition: 1,
      sequence: 1,
      group: null,
      cause: 'delivery-limit',
      reason: 'no',
      deliveryCount: 1,
      storedAtMs: 0,
      firstFailedAtMs: 0,
      lastFailedAtMs: 0,
      message: Buffer.from(block + payload),
      headerBytes: block.length,
    });
  }

  /** What a station holds, partition by partition. */
  async held(name: string): Promise<string[][]> {
    const station = this.stations.find(name);
    const partitions: string[][] = [];
    for (let partition = 1; partition <= (station?.partitionCount ?? 0); partition += 1) {
      const address = { stationId: station?.id ?? 0, partition };
      const { lastSequence = 0 } = (await this.engine.partitionState(address)) ?? {};
      const texts: string[] = [];
      for (let sequence = 1; sequence <= lastSequence; sequence += 1) {
        const stored = await this.engine.message(address, sequence);
        texts.push(Buffer.from(stored?.message ?? []).toString());
      }
      partitions.push(texts);
    }
    return partitions;
  }
}

describe('DeadLetterCopies', () => {
  test('copies a dead letter with its headers, and says where it comes from and why', async () => {
    const scene = new Scene();
    const orders = await scene.station('my.orders', { deadLetterStation: 'failed' });
    scene.copies.start();
    await scene.fail(orders, 'one', 'colour: blue\r\nstation: of a train');
    await scene.time.settled();
    expect(await scene.held('failed')).toEqual([
      ['NATS/1.0\r\ncolour: blue\r\nstation: my.orders\r\ntype: unacked\r\n\r\none'],
    ]);
    expect(await scene.engine.dueCopies(10)).toEqual([]);
  });

  test('names the type of a message that failed its schema', async () => {
    const scene = new Scene();
    const orders = await scene.station('orders', { deadLetterStation: 'failed' });
    scene.copies.start();
    await scene.engine.putDeadLetter({
      stationId: orders.id,
      partition: 0,
      sequence: 0,
      group: null,
      cause: 'schema',
      reason: 'no',
      deliveryCount: 0,
      storedAtMs: 0,
      firstFailedAtMs: 0,
      lastFailedAtMs: 0,
      message: Buffer.from('x'),
      headerBytes: 0,
    });
    await scene.time.settled();
    expect(await scene.held('failed')).toEqual([
      ['NATS/1.0\r\nstation: orders\r\ntype: failed_schema\r\n\r\nx'],
    ]);
  });

  test('makes, when it starts, the copies that were due before, in the order of their ids', async () => {
    const scene = new Scene();
    const orders = await scene.station('orders', { deadLetterStation: 'failed' });
    for (let index = 0; index < 100; index += 1) await scene.fail(orders, String(index));
    expect(await scene.held('failed')).toEqual([[]]);
    scene.copies.start();
    await scene.time.advance(1);
    const [texts = []] = await scene.held('failed');
    expect(texts.map((text) => Number(text.split('\r\n\r\n')[1]))).toEqual([...Array(100).keys()]);
  });

  test('uses every partition of the dead-letter station', async () => {
    const scene = new Scene();
    await scene.station('failed', { partitionCount: 3 });
    const orders = await scene.station('orders', { deadLetterStation: 'failed' });
    scene.copies.start();
    for (let index = 0; index < 9; index += 1) await scene.fail(orders, String(index));
    await scene.time.advance(1);
    expect((await scene.held('failed')).map((texts) => texts.length)).toEqual([3, 3, 3]);
  });

  test('gives up copies for a station that has been destroyed, and makes the others', async () => {
    const scene = new Scene();
    const orders = await scene.station('orders', { deadLetterStation: 'failed' });
    const other = await scene.station('other', { deadLetterStation: 'kept' });
    await scene.fail(orders, 'lost');
    await scene.fail(other, 'kept');
    await scene.stations.destroy('failed');
    scene.copies.start();
    await scene.time.advance(1);
    expect(await scene.engine.dueCopies(10)).toEqual([]);
    expect((await scene.held('kept')).flat()).toHaveLength(1);
    expect(await scene.engine.deadLetterTotals(orders.id)).toMatchObject({ count: 1 });
  });

  test('waits while a dead-letter station is being destroyed: it may stay', async () => {
    const scene = new Scene();
    const orders = await scene.station('orders', { deadLetterStation: 'failed' });
    await scene.fail(orders, 'one');
    jest.spyOn(scene.metadata, 'deleteStation').mockRejectedValue(new Error('disk full'));
    const destroyed = scene.stations.destroy('failed');
    await Promise.resolve();
    scene.copies.start();
    await expect(destroyed).rejects.toThrow('disk full');
    await scene.time.settled();
    expect(await scene.engine.dueCopies(10)).toHaveLength(1);
    await scene.time.advance(1_000);
    expect((await scene.held('failed')).flat()).toHaveLength(1);
  });

  test('goes on with other stations while one has more due than it can store', async () => {
    const scene = new Scene();
    const orders = await scene.station('orders', { deadLetterStation: 'full' });
    const other = await scene.station('other', { deadLetterStation: 'kept' });
    const full = scene.stations.find('full')!;
    for (let index = 0; index < 100; index += 1) await scene.fail(orders, String(index));
    await scene.fail(other, 'kept');
    const store = scene.engine.storeCopy.bind(scene.engine);
    const refusal = new BrokerError('STORE_REFUSED', { cause: 'memory full' });
    jest
      .spyOn(scene.engine, 'storeCopy')
      .mockImplementation((id, to, copy) =>
        to.stationId === full.id ? Promise.reject(refusal) : store(id, to, copy),
      );
    scene.copies.start();
    await scene.time.settled();
    expect((await scene.held('kept')).flat()).toHaveLength(1);
    expect(await scene.engine.dueCopies(200)).toHaveLength(100);
    expect(scene.logger.lines).toHaveLength(1);
    jest.restoreAllMocks();
    await scene.time.advance(1_000);
    expect((await scene.held('full')).flat()).toHaveLength(100);
  });

  test('tries again later what could not be stored, and says so', async () => {
    const scene = new Scene();
    const orders = await scene.station('orders', { deadLetterStation: 'failed' });
    const full = new BrokerError('STORE_REFUSED', { cause: 'disk full' });
    const store = jest.spyOn(scene.engine, 'storeCopy').mockRejectedValueOnce(full);
    scene.copies.start();
    await scene.fail(orders, 'one');
    await scene.time.settled();
    expect(store).toHaveBeenCalledTimes(1);
    expect(scene.logger.lines).toMatchObject([{ level: 'warn' }]);
    await scene.time.advance(1_000);
    expect((await scene.held('failed')).flat()).toHaveLength(1);
  });

  test('stops: what becomes due after it is left for the next start', async () => {
    const scene = new Scene();
    const orders = await scene.station('orders', { deadLetterStation: 'failed' });
    scene.copies.start();
    await scene.copies.stop();
    await scene.fail(orders, 'one');
    await scene.time.advance(10_000);
    expect(await scene.held('failed')).toEqual([[]]);
    expect(scene.time.timerCount).toBe(0);
  });
});
