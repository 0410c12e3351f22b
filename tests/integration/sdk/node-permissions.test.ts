import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Memphis } from 'memphis-dev';
import { connectMemphis, startBroker, tempDir } from '../../support/index.ts';
import type { BrokerProcess } from '../../support/index.ts';

const password = 'limited-password';
const users = `
users:
  client:
    - user: lim
      password: ${password}
      allow_read_permissions: ["in.*"]
      allow_write_permissions: ["out.*"]
    - user: everywhere
      password: ${password}
  mgmt:
    - user: boss
      password: ${password}
`;

const forbidden = (station: string): RegExp =>
  new RegExp(`user lim is not allowed to access station ${station.replaceAll('.', '\\.')}`);

// The published Node SDK as users from a file of initial users, against the built broker.
describe('memphis-dev as an application user', () => {
  let broker: BrokerProcess;
  let root: Memphis;
  let lim: Memphis;

  beforeAll(async () => {
    const path = join(tempDir(), 'users.yaml');
    writeFileSync(path, users, { mode: 0o600 });
    broker = await startBroker({ env: { THEBES_INITIAL_USERS_FILE: path } });
    root = await connectMemphis(broker);
    for (const name of ['in.1', 'out.1', 'no.1']) await root.station({ name });
    lim = await connectMemphis(broker, { username: 'lim', password });
  });

  afterEach(() => {
    // An `-ERR` would have closed it for good.
    expect(lim.brokerManager.isClosed()).toBe(false);
  });

  test('produces and consumes where it may', async () => {
    const producer = await lim.producer({ stationName: 'out.1', producerName: 'p' });
    await producer.produce({ message: Buffer.from('x'), asyncProduce: false });
    const consumer = await lim.consumer({ stationName: 'in.1', consumerName: 'c' });
    const other = await root.producer({ stationName: 'in.1', producerName: 'p' });
    await other.produce({ message: Buffer.from('y'), asyncProduce: false });
    const [message] = await consumer.fetch({ batchSize: 1 });
    expect(message?.getData().toString()).toBe('y');
    message?.ack();
  });

  test('is refused a station, its removal, a producer and a consumer, each naming it and the station', async () => {
    await expect(lim.station({ name: 'no.2' })).rejects.toThrow(
      /user lim is not allowed to create station no\.2/,
    );
    await expect(lim.producer({ stationName: 'in.1', producerName: 'p' })).rejects.toThrow(
      forbidden('in.1'),
    );
    await expect(lim.consumer({ stationName: 'out.1', consumerName: 'c' })).rejects.toThrow(
      forbidden('out.1'),
    );
    const station = await lim.station({ name: 'out.7' });
    Object.assign(station, { name: 'no.1' });
    await expect(station.destroy()).rejects.toThrow(
      /user lim is not allowed to remove station no\.1/,
    );
  });

  test('is refused a publish past its producer, and a fetch past its consumer', async () => {
    const produced = lim.brokerConnection.publish('in#1$1.final', Buffer.from('x'));
    await expect(produced).rejects.toThrow(forbidden('in.1'));
    await root.consumer({ stationName: 'no.1', consumerName: 'secret' });
    await expect(lim.brokerStats.consumers.info('no#1$1', 'secret')).rejects.toThrow(
      forbidden('no.1'),
    );
  });

  test('is refused a schema on a station where it may not produce', async () => {
    const schemaFilePath = join(tempDir(), 'schema.json');
    writeFileSync(schemaFilePath, '{"type":"object"}');
    await lim.createSchema({ schemaName: 'shape', schemaType: 'json', schemaFilePath });
    await expect(lim.enforceSchema({ name: 'shape', stationName: 'in.1' })).rejects.toThrow(
      forbidden('in.1'),
    );
    await expect(lim.detachSchema({ stationName: 'in.1' })).rejects.toThrow(forbidden('in.1'));
    await lim.enforceSchema({ name: 'shape', stationName: 'out.1' });
    await lim.detachSchema({ stationName: 'out.1' });
  });

  test('without permissions in the file may do everything, a management user may not even connect', async () => {
    const everywhere = await connectMemphis(broker, { username: 'everywhere', password });
    await everywhere.station({ name: 'anything' });
    const boss = connectMemphis(broker, { username: 'boss', password });
    await expect(boss).rejects.toThrow(/Authorization Violation/);
  });
});
