import { BrokerError } from '../../../../../broker/src/core/errors/index.ts';
import { checkedGroupRequest } from '../../../../../broker/src/core/groups/index.ts';
import type { GroupRequest } from '../../../../../broker/src/core/groups/index.ts';

/** As the Node SDK sends it when only names are given. */
const sdkDefaults: GroupRequest = {
  consumerName: 'reader',
  consumerType: 'application',
  group: 'readers',
  ackTimeMs: 30_000,
  deliveries: 2,
  startSequence: 1,
  lastMessages: -1,
};

function checked(changes: Partial<GroupRequest> = {}) {
  return checkedGroupRequest({ ...sdkDefaults, ...changes });
}

function refusalOf(changes: Partial<GroupRequest>): string {
  try {
    checked(changes);
  } catch (error) {
    if (error instanceof BrokerError) return error.wireText;
    throw error;
  }
  return 'accepted';
}

describe('checkedGroupRequest', () => {
  test('takes over a back-off list, and says nothing of it where the request does not', () => {
    expect(checked({ deliveries: 3, backoffMs: [1, 604_800_000] }).settings).toMatchObject({
      backoffMs: [1, 604_800_000],
    });
    expect(checked({ backoffMs: [] }).settings).toMatchObject({ backoffMs: [] });
    expect('backoffMs' in checked().settings).toBe(false);
  });

  test.each([
    [[0], /^a back-off delay of 0 ms is out of range, 1 ms to a week are accepted$/],
    [[-1], /-1 ms is out of range/],
    [[1, 604_800_001], /604800001 ms is out of range/],
    [[Number.NaN], /out of range/],
    [[1, 2], /^max deliver is required to be > length of backoff values$/],
  ])('refuses the back-off list %j for two deliveries', (backoffMs, why) => {
    expect(refusalOf({ backoffMs })).toMatch(why);
  });

  test('takes over the header of the key, and says nothing of it where the request does not', () => {
    const keyHeader = "a-Z_0.!#$%&'*+^`|~";
    expect(checked({ keyHeader }).settings).toMatchObject({ keyHeader });
    expect(checked({ keyHeader: null }).settings).toMatchObject({ keyHeader: null });
    expect('keyHeader' in checked().settings).toBe(false);
  });

  test.each(['', 'a b', 'a:', 'ä', 'a\n', 'x'.repeat(129)])(
    'refuses the key header %j, which no message can have',
    (keyHeader) => {
      expect(refusalOf({ keyHeader })).toMatch(/^the name of the key header, ".*/s);
    },
  );

  test('takes over what an SDK sends by default', () => {
    expect(checked()).toEqual({
      consumerName: 'reader',
      settings: { name: 'readers', ackTimeoutMs: 30_000, deliveryCountMax: 2 },
      start: { kind: 'first' },
    });
  });

  test('lower-cases both names and names the group like the consumer when it has none', () => {
    expect(checked({ consumerName: 'My.Reader', group: 'CG.Up' })).toMatchObject({
      consumerName: 'my.reader',
      settings: { name: 'cg.up' },
    });
    expect(checked({ consumerName: 'My.Reader', group: '' }).settings.name).toBe('my.reader');
  });

  test.each([
    [-1, 30_000],
    [0, 30_000],
    [1, 1],
    [9_000_000_000, 604_800_000],
  ])('reads an ack time of %d ms as %d', (ackTimeMs, ackTimeoutMs) => {
    expect(checked({ ackTimeMs }).settings.ackTimeoutMs).toBe(ackTimeoutMs);
  });

  test.each([
    [-1, 10],
    [0, 10],
    [1, 1],
    [10, 10],
    [50, 10],
  ])('reads %d deliveries as %d', (deliveries, deliveryCountMax) => {
    expect(checked({ deliveries }).settings.deliveryCountMax).toBe(deliveryCountMax);
  });

  test.each([
    [1, -1, { kind: 'first' }],
    [1, 0, { kind: 'new' }],
    [1, 3, { kind: 'last', count: 3 }],
    [5, -1, { kind: 'sequence', sequence: 5 }],
  ])('starts at sequence %d with %d last messages as %j', (startSequence, lastMessages, start) => {
    expect(checked({ startSequence, lastMessages }).start).toEqual(start);
  });

  test.each<[Partial<GroupRequest>, string]>([
    [{ consumerName: '' }, 'Consumer name can not be empty'],
    [
      { group: 'a b' },
      "Only alphanumeric and the '_', '-', '.' characters are allowed in Consumer",
    ],
    [
      { consumerType: 'foo' },
      'consumer type has to be one of the following application/connector and not foo',
    ],
    [{ startSequence: 0 }, 'startConsumeFromSequence has to be a positive number'],
    [{ lastMessages: -2 }, 'min value for LastMessages is -1'],
    [
      { startSequence: 5, lastMessages: 3 },
      "consumer creation options can't contain both startConsumeFromSequence and lastMessages",
    ],
    [
      { startSequence: 5, lastMessages: 0 },
      "consumer creation options can't contain both startConsumeFromSequence and lastMessages",
    ],
  ])('refuses %j in the words that SDKs know', (changes, text) => {
    expect(refusalOf(changes)).toBe(text);
  });

  test('accepts consumers of connectors', () => {
    expect(refusalOf({ consumerType: 'connector' })).toBe('accepted');
  });
});
