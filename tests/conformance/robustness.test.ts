import { onEach, onWire } from './harness/scene.ts';

onEach(['python'], (scene) => {
  test('68: has its indented JSON read', async () => {
    await scene.client.station('indented', { partitions: 2 });
    const [request] = scene.tap.published(/^\$memphis_station_creations$/);
    expect(request?.payload).toMatch(/^\{\n +"/);
    expect((await scene.streamInfo('indented$2')).state.messages).toBe(0);
  });
});

onEach(['go'], (scene) => {
  test('68: has its keys read whatever their case', async () => {
    await scene.client.station('small-keys', { schemaDeadLetters: false });
    const [request] = scene.tap.published(/^\$memphis_station_creations$/);
    expect(request?.payload).toContain('"schemaverse":false'); // the others write a capital
    await scene.client.producer('small-keys');
    expect(JSON.parse(scene.tap.answerTo('$memphis_producer_creations').payload)).toMatchObject({
      schemaverse_to_dls: false,
    });
  });
});

onWire((scene) => {
  const requests = [
    '$memphis_station_creations',
    '$memphis_station_destructions',
    '$memphis_producer_creations',
    '$memphis_producer_destructions',
    '$memphis_consumer_creations',
    '$memphis_consumer_destructions',
    '$memphis_schema_creations',
    '$memphis_schema_attachments',
    '$memphis_schema_detachments',
  ];
  const reports = [
    '$memphis_pm_acks',
    '$memphis_nacked_dls',
    '$memphis_schemaverse_dls',
    '$memphis_notifications',
  ];
  const garbage = ['', '{', 'null', '[]', '"text"', '17', '{"name":{}}', '\u0000', '{"a":1e999}'];
  const nacked = { station_name: 'x', error: 'e', cg_name: 'g' };

  test.each(requests)(
    '69: is answered an error on %s for every kind of garbage',
    async (subject) => {
      const client = await scene.connect();
      for (const payload of garbage) {
        const answer = await client.request(subject, payload);
        expect({ payload, answer: answer.payload }).not.toEqual({ payload, answer: '' });
      }
      await client.flush();
      expect(client.lines.filter((line) => line.startsWith('-ERR'))).toEqual([]);
    },
  );

  test('69: may report nonsense: unknown places, half hexadecimal digits, no id', async () => {
    const client = await scene.connect();
    for (const subject of reports) {
      for (const payload of garbage) client.publish(subject, payload);
    }
    for (const report of [
      { ...nacked, partition: 0, seq: 1 },
      { ...nacked, partition: 1, seq: 999 },
      { ...nacked, partition: -1, seq: 'one' },
      nacked,
    ]) {
      client.publish('$memphis_nacked_dls', JSON.stringify(report));
    }
    client.publish('$memphis_pm_acks', '{"id":null,"cg_name":null}');
    client.publish(
      '$memphis_schemaverse_dls',
      JSON.stringify({ station_name: 'x', message: { data: 'abc', headers: null } }),
    );
    await client.flush();
    expect(client.isClosed).toBe(false);
    expect(client.lines.filter((line) => line.startsWith('-ERR'))).toEqual([]);
    await scene.observer.flush();
    expect(scene.broker.log.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('70: leaves one record of a request that was sent twice', async () => {
    const client = await scene.connect();
    const consumer = {
      name: 'c',
      station_name: 'retried',
      connection_id: 'connection-70',
      consumer_type: 'application',
      consumers_group: 'g',
      max_ack_time_ms: 30_000,
      max_msg_deliveries: 2,
      start_consume_from_sequence: 1,
      last_messages: -1,
      req_version: 4,
      username: 'root',
    };
    for (let time = 0; time < 2; time += 1) {
      expect(await client.requestJson('$memphis_consumer_creations', consumer)).toMatchObject({
        error: '',
      });
    }
    const destroy = () => client.request('$memphis_consumer_destructions', consumer);
    expect((await destroy()).payload).toBe('');
    expect((await destroy()).payload).toBe('Consumer c at station retried does not exist');
  });
});
