import { PubAckMessage } from '../../../../../broker/src/protocols/nats/pub-ack-message.ts';

describe('PubAckMessage', () => {
  test.each([
    [false, '{"stream":"s$1","seq":12}'],
    [true, '{"stream":"s$1","seq":12,"duplicate":true}'],
  ])('is bytes for a bus that leaves the process (duplicate %p)', (duplicate, text) => {
    const message = new PubAckMessage('_INBOX.a', 's$1', 12, duplicate);
    expect(message).toMatchObject({ subject: '_INBOX.a', reply: undefined, headerBytes: 0 });
    expect(Buffer.from(message.message).toString()).toBe(text);
  });
});
