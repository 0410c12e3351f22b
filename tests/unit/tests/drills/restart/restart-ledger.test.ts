import { RestartLedger } from '../../../../drills/restart/restart-ledger.ts';

describe('RestartLedger', () => {
  test('tells what was promised and did not reach a group', () => {
    const ledger = new RestartLedger();
    const [first, second] = [ledger.nextText('p'), ledger.nextText('p')];
    ledger.acknowledged('p', first);
    ledger.acknowledged('p', second);
    ledger.received('g', first);
    expect(ledger.missing('g', ledger.promised())).toEqual([second]);
    expect(ledger.missing('other', ledger.promised())).toEqual([first, second]);
  });

  test('counts what a group receives again, not what two groups receive', () => {
    const ledger = new RestartLedger();
    const text = ledger.nextText('p');
    ledger.received('g', text);
    ledger.received('other', text);
    expect(ledger.redeliveryCount).toBe(0);
    ledger.received('g', text);
    expect(ledger.redeliveryCount).toBe(1);
  });

  test('takes nothing from before a restart for a sign that somebody is back', () => {
    const ledger = new RestartLedger();
    const before = ledger.nextText('p');
    ledger.restarted();
    ledger.acknowledged('p', before);
    ledger.received('g', before);
    expect([ledger.hasProducedSince('p'), ledger.hasReceivedSince('g')]).toEqual([false, false]);
    const after = ledger.nextText('p');
    ledger.acknowledged('p', after);
    ledger.received('g', after);
    ledger.received('g', before);
    expect([ledger.hasProducedSince('p'), ledger.hasReceivedSince('g')]).toEqual([true, true]);
  });
});
