import fc from 'fast-check';
import { parseAck, parsePullRequest } from '../../../../../broker/src/codecs/nats/index.ts';

const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.maxSafeInteger(),
  fc.string(),
  fc.jsonValue(),
);
const body = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc.json().map((text) => Buffer.from(text)),
  fc
    .record(
      {
        batch: number,
        max_bytes: number,
        expires: number,
        no_wait: fc.oneof(fc.boolean(), number),
        idle_heartbeat: number,
        delay: number,
      },
      { requiredKeys: [] },
    )
    .map((fields) => Buffer.from(JSON.stringify(fields))),
  fc.double().map((value) => Buffer.from(String(value))),
);

describe('parsePullRequest', () => {
  test('makes of any bytes a request within bounds or a reason on one line', () => {
    fc.assert(
      fc.property(body, (bytes) => {
        const { request, badRequest } = parsePullRequest(bytes);
        if (request === undefined) {
          expect(badRequest).toMatch(/^[ -~]+$/);
          return;
        }
        expect(Number.isSafeInteger(request.batch)).toBe(true);
        expect(Number.isSafeInteger(request.bytesMax) && request.bytesMax >= 0).toBe(true);
        for (const ms of [request.expiresMs ?? 1, request.idleHeartbeatMs ?? 1]) {
          expect(Number.isSafeInteger(ms) && ms >= 1 && ms < 2 ** 31).toBe(true);
        }
        expect(request.idleHeartbeatMs ?? 0).toBeLessThanOrEqual(request.expiresMs ?? 0);
      }),
      { numRuns: 4000 },
    );
  });
});

describe('parseAck', () => {
  test('makes of any bytes an ack, a nack within bounds, or nothing', () => {
    const verb = fc.constantFrom(
      '',
      '+ACK',
      '-NAK',
      '-NAK ',
      '+TERM ',
      '+NXT ',
      '+WPI',
      '+OK',
      '+',
    );
    fc.assert(
      fc.property(verb, body, (word, bytes) => {
        const ack = parseAck(Buffer.concat([Buffer.from(word), bytes]));
        if (ack?.kind !== 'nack') return;
        expect(Number.isSafeInteger(ack.delayMs) && ack.delayMs >= 0).toBe(true);
      }),
      { numRuns: 4000 },
    );
  });
});
