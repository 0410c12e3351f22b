import {
  badRequest,
  CONSUMER_DELETED,
  EXCEEDED_MAX_WAITING,
  idleHeartbeat,
  messageTooLarge,
  NO_MESSAGES,
  NO_RESPONDERS,
  REQUESTS_PENDING,
  requestTimeout,
} from '../../../../../broker/src/codecs/nats/index.ts';

// The bytes of wire-protocol.md 3.6; lengths where a real server's were seen (fetch-ack.jsonl).

describe('status blocks', () => {
  test('a heartbeat names the last delivery', () => {
    const block = idleHeartbeat({ deliverySequence: 2, sequence: 2 });
    expect(block).toBe(
      'NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 2\r\nNats-Last-Stream: 2\r\n\r\n',
    );
    expect(block).toHaveLength(75);
  });

  test('a timeout carries both pending headers', () => {
    const block = requestTimeout({ messages: 3, bytes: 0 });
    expect(block).toBe(
      'NATS/1.0 408 Request Timeout\r\nNats-Pending-Messages: 3\r\nNats-Pending-Bytes: 0\r\n\r\n',
    );
    expect(block).toHaveLength(81);
  });

  test('a message larger than the pull allows says what is left', () => {
    const block = messageTooLarge({ messages: 5, bytes: 10 });
    expect(block).toBe(
      'NATS/1.0 409 Message Size Exceeds MaxBytes\r\n' +
        'Nats-Pending-Messages: 5\r\nNats-Pending-Bytes: 10\r\n\r\n',
    );
    expect(block).toHaveLength(96);
  });

  test('a bad request says why, on one line', () => {
    expect(badRequest('heartbeat value too large')).toBe(
      'NATS/1.0 400 Bad Request - heartbeat value too large\r\n\r\n',
    );
    expect(badRequest('a\r\nb')).toBe('NATS/1.0 400 Bad Request - a  b\r\n\r\n');
  });

  test('the others are fixed', () => {
    expect([NO_MESSAGES, REQUESTS_PENDING, CONSUMER_DELETED]).toEqual([
      'NATS/1.0 404 No Messages\r\n\r\n',
      'NATS/1.0 408 Requests Pending\r\n\r\n',
      'NATS/1.0 409 Consumer Deleted\r\n\r\n',
    ]);
    expect([EXCEEDED_MAX_WAITING, NO_RESPONDERS]).toEqual([
      'NATS/1.0 409 Exceeded MaxWaiting\r\n\r\n',
      'NATS/1.0 503\r\n\r\n',
    ]);
  });
});
