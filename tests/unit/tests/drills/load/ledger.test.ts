import { Ledger, payloadOf } from '../../../../drills/load/ledger.ts';
import type { ReadMessage } from '../../../../drills/load/ledger.ts';

function stored(messageId: string, sequence: number, partition = 1): ReadMessage {
  return { messageId, sequence, partition, payload: payloadOf(messageId) };
}

/** A ledger in which a, then b, were sent and acknowledged one after the other. */
function twoAcked(): Ledger {
  const ledger = new Ledger();
  ledger.sent('a', 1);
  ledger.acked('a', 1);
  ledger.sent('b', 1);
  ledger.acked('b');
  return ledger;
}

describe('Ledger', () => {
  test('finds nothing wrong when every promise was kept', () => {
    const ledger = twoAcked();
    ledger.sent('unanswered', 1);
    ledger.sent('elsewhere', 2);
    ledger.acked('elsewhere', 1);
    const all = [
      stored('a', 1),
      stored('b', 2),
      stored('unanswered', 3),
      stored('elsewhere', 1, 2),
    ];
    expect(ledger.check(all)).toEqual([]);
    expect(ledger.ackedCount).toBe(3);
  });

  test('notices an acknowledged message that is missing', () => {
    expect(twoAcked().check([stored('a', 1)])).toEqual(['acknowledged and missing: b']);
  });

  test('notices a message stored twice under its id, in one partition or in two', () => {
    const again = [stored('a', 1), stored('b', 2), stored('b', 3)];
    expect(twoAcked().check(again)).toEqual(['stored twice under b: 1/2 and 1/3']);
    const elsewhere = [stored('a', 1), stored('b', 2), stored('b', 1, 2)];
    expect(twoAcked().check(elsewhere)[0]).toBe('stored twice under b: 1/2 and 2/1');
  });

  test('notices a message that is not where its ack said', () => {
    const faults = twoAcked().check([stored('a', 2), stored('b', 3)]);
    expect(faults).toEqual(['a is at 2, its ack said 1']);
  });

  test('notices that what was acknowledged first lies behind what was sent later', () => {
    const ledger = new Ledger();
    ledger.sent('a', 1);
    ledger.acked('a');
    ledger.sent('b', 1);
    const faults = ledger.check([stored('b', 1), stored('a', 2)]);
    expect(faults).toEqual(['lies before what was acknowledged earlier: b']);
  });

  test('lets messages that were on their way together lie in any order', () => {
    const ledger = new Ledger();
    ledger.sent('a', 1);
    ledger.sent('b', 1);
    ledger.acked('a');
    ledger.acked('b');
    expect(ledger.check([stored('b', 1), stored('a', 2)])).toEqual([]);
  });

  test('takes the first try of a message that was sent again as its sending', () => {
    const ledger = new Ledger();
    ledger.sent('a', 1);
    ledger.sent('b', 1);
    ledger.acked('b');
    ledger.sent('a', 1);
    ledger.acked('a');
    expect(ledger.check([stored('a', 1), stored('b', 2)])).toEqual([]);
  });

  test('notices a payload that is not whole', () => {
    const torn = { ...stored('b', 2), payload: payloadOf('b').subarray(1) };
    expect(twoAcked().check([stored('a', 1), torn])).toEqual(['changed payload: 1/2']);
  });

  test('notices a message that nobody sent', () => {
    const faults = twoAcked().check([stored('a', 1), stored('b', 2), stored('ghost', 3)]);
    expect(faults).toEqual(['stored and never sent: ghost']);
  });

  test('notices a redelivery after a confirmed ack, on that partition only', () => {
    const ledger = new Ledger();
    ledger.deliveredToConfirming(1, 7);
    ledger.confirmed(1, 7);
    ledger.deliveredToConfirming(2, 7);
    expect(ledger.faults).toEqual([]);
    ledger.deliveredToConfirming(1, 7);
    expect(ledger.faults).toEqual(['redelivered after a confirmed ack: 1/7']);
  });

  test('notices a message that a group never got', () => {
    const ledger = twoAcked();
    ledger.seen('g', 1, 1);
    const faults = ledger.checkSeen('g', [stored('a', 1), stored('b', 2)]);
    expect(faults).toEqual(['never delivered to g: 1/2']);
  });
});

describe('payloadOf', () => {
  test('gives the same payload for the same id, another for another', () => {
    expect(payloadOf('x')).toEqual(payloadOf('x'));
    expect(payloadOf('x')).not.toEqual(payloadOf('y'));
  });
});
