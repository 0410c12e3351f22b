import { DeadLetterRetention } from '../../../../../broker/src/core/dead-letters/index.ts';
import { defaultStationSettings } from '../../../../../broker/src/core/stations/index.ts';
import type { Station } from '../../../../../broker/src/core/stations/index.ts';
import { RecordedLogger } from '../../../../support/index.ts';
import { ManualTime } from '../../../../support/manual-time.ts';
import { schemaDeadLetter } from '../../../../support/schema-dead-letter.ts';
import { smallEngine } from '../../../../support/small-engine.ts';

const day = 24 * 3_600_000;

/** Stations, dead letters of them, and a round of looking every minute. */
class Scene {
  readonly time = new ManualTime();
  readonly logger = new RecordedLogger();
  readonly engine = smallEngine(this.time);
  readonly stations: Station[] = [];
  readonly retention = new DeadLetterRetention({
    engine: this.engine,
    stations: { list: () => this.stations },
    clock: this.time,
    scheduler: this.time,
    logger: this.logger,
    intervalMs: 60_000,
  });

  async station(id: number, ageMaxMs: number | undefined): Promise<void> {
    const settings = defaultStationSettings(`station-${String(id)}`);
    const deadLetters =
      ageMaxMs === undefined ? settings.deadLetters : { ...settings.deadLetters, ageMaxMs };
    const station: Station = { ...settings, deadLetters, id, createdAtMs: 0, createdBy: 'root' };
    await this.engine.openStation(station);
    this.stations.push(station);
  }

  async letters(stationId: number, count: number): Promise<void> {
    const nowMs = this.time.wallMs();
    for (let index = 0; index < count; index += 1) {
      await this.engine.putDeadLetter(schemaDeadLetter(stationId, nowMs));
    }
  }

  async count(stationId: number): Promise<number> {
    return (await this.engine.deadLetterTotals(stationId)).count;
  }
}

describe('DeadLetterRetention', () => {
  test('keeps the dead letters of a station that says nothing, however old they are', async () => {
    const scene = new Scene();
    await scene.station(1, undefined);
    await scene.letters(1, 3);
    scene.retention.start();
    scene.time.shiftWall(30 * day);
    await scene.time.advance(180_000);
    expect(await scene.count(1)).toBe(3);
    expect(scene.logger.lines).toEqual([]);
    await scene.retention.stop();
  });

  test('removes what is older than the station keeps it, all of it and nothing else, and says so', async () => {
    const scene = new Scene();
    await scene.station(1, day);
    await scene.station(2, 2 * day);
    await scene.letters(1, 40);
    await scene.letters(2, 1);
    scene.retention.start();
    scene.time.shiftWall(day - 60_000);
    await scene.letters(1, 2);
    await scene.time.advance(60_000);
    expect(await scene.count(1)).toBe(42);
    await scene.time.advance(60_000);
    expect([await scene.count(1), await scene.count(2)]).toEqual([2, 1]);
    expect(scene.logger.lines).toMatchObject([
      { level: 'info', fields: { station: 'station-1', removedCount: 40 } },
    ]);
    await scene.retention.stop();
  });

  test('removes what is old behind many that have failed again, which stay', async () => {
    const scene = new Scene();
    await scene.station(1, day);
    await scene.letters(1, 40);
    const listed = scene.engine.deadLetters.bind(scene.engine);
    jest.spyOn(scene.engine, 'deadLetters').mockImplementation(async (stationId, page) => {
      const lastFailedAtMs = scene.time.wallMs();
      return (await listed(stationId, page)).map((letter) =>
        letter.id <= 20 ? { ...letter, lastFailedAtMs } : letter,
      );
    });
    scene.retention.start();
    scene.time.shiftWall(2 * day);
    await scene.time.advance(60_000);
    expect(await scene.count(1)).toBe(20);
    await scene.retention.stop();
  });

  test('goes on after a round that failed, and ends when it is stopped', async () => {
    const scene = new Scene();
    await scene.station(1, day);
    await scene.letters(1, 1);
    const list = jest.spyOn(scene.engine, 'deadLetters').mockRejectedValueOnce(new Error('no'));
    scene.retention.start();
    scene.time.shiftWall(2 * day);
    await scene.time.advance(60_000);
    expect(list).toHaveBeenCalledTimes(1);
    expect(scene.logger.lines).toMatchObject([{ level: 'warn' }]);
    await scene.time.advance(60_000);
    expect(await scene.count(1)).toBe(0);
    await scene.retention.stop();
    expect(scene.time.timerCount).toBe(0);
  });
});
