import { startFront } from './front.ts';

describe('messages between clients', () => {
  test('reach plain subscriptions all, and one member of each queue', async () => {
    const front = await startFront();
    const client = await front.connect();
    const other = await front.connect();
    client.subscribe('qg.*', '1', 'workers');
    client.subscribe('qg.a', '2', 'workers');
    other.subscribe('qg.>', '3');
    await Promise.all([client.flush(), other.flush()]);
    for (const payload of ['a', 'b', 'c', 'd']) client.publish('qg.a', payload);
    await other.received('3', 4);
    await client.flush();
    expect(other.messages('3').map(({ payload }) => payload)).toEqual(['a', 'b', 'c', 'd']);
    const shared = [...client.messages('1'), ...client.messages('2')];
    expect(shared.map(({ payload }) => payload).sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(client.messages('1')).toHaveLength(2);
  });

  test('may have wildcards in their subjects, which are words like any there', async () => {
    const front = await startFront();
    const [sender, receiver] = [await front.connect(), await front.connect()];
    receiver.subscribe('a.*', '1');
    receiver.subscribe('a.b', '2');
    receiver.subscribe('a.>', '3');
    await receiver.flush();
    sender.publish('a.*', 'star');
    sender.publish('a.>', 'rest');
    sender.publish('a.b', 'word');
    await receiver.received('3', 3);
    await receiver.flush();
    expect(receiver.messages('2').map(({ line }) => line)).toEqual(['MSG a.b 2 4']);
    expect(receiver.messages('1').map(({ line }) => line)).toEqual([
      'MSG a.* 1 4',
      'MSG a.> 1 4',
      'MSG a.b 1 4',
    ]);
  });

  test('come with their reply subject and headers, in the order of the publisher', async () => {
    const front = await startFront();
    const [sender, receiver] = [await front.connect(), await front.connect()];
    receiver.subscribe('a.b', '7');
    await receiver.flush();
    sender.publish('a.b', 'first', { reply: 'back.to.me' });
    sender.publish('a.b', 'second', { headers: 'NATS/1.0\r\nk: v\r\n\r\n' });
    const [first, second] = await receiver.received('7', 2);
    expect(first).toMatchObject({ line: 'MSG a.b 7 back.to.me 5', payload: 'first' });
    expect(second).toMatchObject({
      line: 'HMSG a.b 7 18 24',
      headers: 'NATS/1.0\r\nk: v\r\n\r\n',
      payload: 'second',
    });
  });

  test('come without headers to a client that cannot read them', async () => {
    const front = await startFront();
    const sender = await front.connect();
    const receiver = await front.connect({ headers: false });
    receiver.subscribe('a', '1');
    await receiver.flush();
    sender.publish('a', 'text', { headers: 'NATS/1.0\r\nk: v\r\n\r\n' });
    const [message] = await receiver.received('1', 1);
    expect(message).toMatchObject({ line: 'MSG a 1 4', payload: 'text' });
  });

  test('come back to their sender unless it wants no echo', async () => {
    const front = await startFront();
    const echoing = await front.connect();
    const silent = await front.connect({ echo: false });
    for (const client of [echoing, silent]) client.subscribe('a', '1');
    await Promise.all([echoing.flush(), silent.flush()]);
    silent.publish('a', 'from silent');
    await silent.flush();
    echoing.publish('a', 'from echoing');
    await silent.received('1', 1);
    expect(silent.messages('1').map(({ payload }) => payload)).toEqual(['from echoing']);
    expect((await echoing.received('1', 2)).map(({ payload }) => payload)).toEqual([
      'from silent',
      'from echoing',
    ]);
  });

  test('stop at the number that UNSUB names, counted from the first message', async () => {
    const front = await startFront();
    const client = await front.connect();
    client.subscribe('a', '1');
    client.publish('a', 'one');
    client.send('UNSUB 1 3\r\n');
    for (const payload of ['two', 'three', 'four']) client.publish('a', payload);
    await client.flush();
    expect(client.messages('1').map(({ payload }) => payload)).toEqual(['one', 'two', 'three']);
  });

  test('stop at once when UNSUB names a number that has been reached', async () => {
    const front = await startFront();
    const client = await front.connect();
    client.send('SUB a 1\r\nPUB a 2\r\nhi\r\nUNSUB 1 1\r\nPUB a 2\r\nho\r\n');
    await client.flush();
    expect(client.messages().map(({ payload }) => payload)).toEqual(['hi']);
  });

  test('follow lines in any case with runs of blanks, and an UNSUB of nothing is ignored', async () => {
    const front = await startFront();
    const client = await front.connect();
    client.send('SUB fr.a  901\r\nUNSUB 999\r\nUNSUB 901 \r\nUNSUB 901\r\nsub fr.b 902\r\n');
    client.send('PUB fr.b  2\r\nhi\r\npub fr.a 2\r\nno\r\n');
    await client.flush();
    expect(client.lines.slice(2)).toEqual(['MSG fr.b 902 2', 'PONG']);
  });

  test('answer a request, and only the requester hears the answer', async () => {
    const front = await startFront();
    const [service, requester] = [await front.connect(), await front.connect()];
    service.subscribe('echo', '1');
    await service.flush();
    const asked = requester.request('echo', 'question');
    const [question] = await service.received('1', 1);
    service.publish(question?.reply ?? '', 'answer');
    expect(await asked).toMatchObject({ payload: 'answer', headers: '' });
    expect(service.messages()).toHaveLength(1);
  });

  test('are answered with 503 at once when nobody listens', async () => {
    const front = await startFront();
    const client = await front.connect();
    for (const subject of [
      'nobody.here',
      '$SYS.REQ.SERVER.PING',
      '$memphis_unknown',
      'st$1.final',
    ]) {
      const answer = await client.request(subject, 'x');
      expect({ subject, ...answer }).toMatchObject({
        subject,
        payload: '',
        headers: 'NATS/1.0 503\r\n\r\n',
      });
    }
    expect(client.lines.at(-1)).toMatch(/^HMSG _INBOX\.raw\.4 request-4 16 16$/);
  });

  test('nobody listens to are met with silence where the client has not asked for 503', async () => {
    const front = await startFront();
    for (const fields of [{ no_responders: false }, { headers: false }]) {
      const client = await front.connect(fields);
      client.subscribe('_INBOX.>', '1');
      client.publish('nobody.here', 'x', { reply: '_INBOX.a' });
      await client.flush();
      expect(client.messages()).toEqual([]);
    }
  });

  test('cannot speak in the name of the broker', async () => {
    const front = await startFront();
    const [liar, victim] = [await front.connect(), await front.connect()];
    victim.subscribe('$memphis_sdk_clients_updates', '1');
    victim.subscribe('$JS.>', '2');
    await victim.flush();
    liar.publish('$memphis_sdk_clients_updates', '{"type":"remove_station"}');
    liar.publish('$JS.EVENT.x', 'x');
    liar.publish('$memphis_station_creations', '{}');
    await liar.flush();
    await victim.flush();
    expect(victim.messages()).toEqual([]);
  });

  test('end for a client with more subscriptions than it may have, and for no other', async () => {
    const front = await startFront({ limits: { subscriptionCountMax: 3 } });
    const [greedy, modest] = [await front.connect(), await front.connect()];
    modest.subscribe('a', '1');
    for (const sid of ['1', '2', '3', '4']) greedy.subscribe('a', sid);
    await greedy.closed();
    expect(greedy.lines.at(-1)).toBe("-ERR 'maximum subscriptions exceeded'");
    modest.publish('a', 'still here');
    expect(await modest.received('1', 1)).toHaveLength(1);
  });
});
