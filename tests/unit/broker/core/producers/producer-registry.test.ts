import { ConnectionPresence } from '../../../../../broker/src/core/connections/index.ts';
import { ProducerRegistry } from '../../../../../broker/src/core/producers/index.ts';
import type { Producer } from '../../../../../broker/src/core/producers/index.ts';
import { ManualTime } from '../../../../support/manual-time.ts';

function producer(changes: Partial<Producer> = {}): Producer {
  return {
    connectionId: 'x',
    stationId: 1,
    name: 'p',
    user: 'ann',
    applicationId: 'app',
    sdkLanguage: 'go',
    createdAtMs: 1,
    ...changes,
  };
}

function newRegistry() {
  const time = new ManualTime();
  const presence = new ConnectionPresence(time);
  const limits = { connectionIdBytesMax: 4, clientsPerConnectionMax: 2 };
  return { registry: new ProducerRegistry(presence, limits), presence, time };
}

describe('ProducerRegistry', () => {
  test('keeps one producer per connection, station and name', () => {
    const { registry } = newRegistry();
    registry.add(producer());
    registry.add(producer({ createdAtMs: 2 }));
    registry.add(producer({ connectionId: 'y' }));
    registry.add(producer({ stationId: 2 }));
    expect(registry.ofStation(1)).toEqual([
      producer({ createdAtMs: 2 }),
      producer({ connectionId: 'y' }),
    ]);
    expect(registry.ofStation(2)).toEqual([producer({ stationId: 2 })]);
    expect(registry.ofStation(3)).toEqual([]);
  });

  test('removes a producer of the connection that asks, once', () => {
    const { registry } = newRegistry();
    registry.add(producer());
    registry.add(producer({ connectionId: 'y' }));
    expect(registry.remove(producer())).toBe(true);
    expect(registry.remove(producer())).toBe(false);
    expect(registry.ofStation(1)).toEqual([producer({ connectionId: 'y' })]);
  });

  test('removes the producers of a station', () => {
    const { registry } = newRegistry();
    registry.add(producer());
    registry.add(producer({ stationId: 2 }));
    registry.removeStation(1);
    expect(registry.ofStation(1)).toEqual([]);
    expect(registry.ofStation(2)).toHaveLength(1);
  });

  test('calls a producer active while its connection is open', () => {
    const { registry, presence } = newRegistry();
    registry.add(producer());
    expect(registry.isActive(producer())).toBe(false);
    presence.opened('x');
    expect(registry.isActive(producer())).toBe(true);
    presence.closed('x');
    expect(registry.isActive(producer())).toBe(false);
  });

  test('refuses one producer more than a connection may have, until one is removed', () => {
    const { registry } = newRegistry();
    registry.add(producer({ name: 'a' }));
    registry.add(producer({ name: 'b', stationId: 2 }));
    registry.add(producer({ name: 'b', stationId: 2 }));
    expect(() => registry.add(producer({ name: 'c' }))).toThrow(/too many producers/);
    registry.remove(producer({ name: 'a' }));
    registry.add(producer({ name: 'c' }));
    registry.removeStation(2);
    registry.add(producer({ name: 'd' }));
  });

  test('refuses an id of a connection that is too long', () => {
    const { registry } = newRegistry();
    expect(() => registry.add(producer({ connectionId: '12345' }))).toThrow(/5 bytes/);
    registry.add(producer({ connectionId: '1234' }));
  });

  test('forgets producers that have been away for longer', async () => {
    const { registry, presence, time } = newRegistry();
    presence.opened('x');
    registry.add(producer());
    registry.add(producer({ connectionId: 'y' }));
    await time.advance(100);
    registry.removeAbsent(100);
    expect(registry.ofStation(1)).toHaveLength(2);
    await time.advance(1);
    registry.removeAbsent(100);
    expect(registry.ofStation(1)).toEqual([producer()]);
  });
});
