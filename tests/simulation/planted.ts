import type { StationEngine, StoreChange } from '../../broker/src/core/ports/index.ts';
import type { Defects } from './world.ts';

/** A rule of the broker broken on purpose, and the invariant that has to notice. */
export interface Planted {
  readonly rule: string;
  /** How the violation begins. */
  readonly found: RegExp;
  /** Where the test begins to look, so that it is short: the seed that shows it is one of the first 200. */
  readonly nearSeed?: number;
  /** Made anew for each run: a defect may count. */
  readonly defects: () => Defects;
}

/** First byte of the keys of dead letters (`storage-keys.ts`). */
const deadLetterKind = 0x15;
/** Of the records of delayed messages. */
const delayedKind = 0x1c;

/** One for each invariant at least. */
export const planted: readonly Planted[] = [
  {
    rule: 'a message is acknowledged when it is on disk',
    // Stuck: a block that is gone can not be read, and what can not be read is tried again for ever.
    found: /^(loss|ack|order|dedupe|end|stuck): /,
    defects: () => ({ disk: { answersEarly: true } }),
  },
  {
    rule: 'a message is acknowledged when the log has it',
    found: /^(loss|ack|order|dedupe|end): /,
    nearSeed: 60,
    defects: () => ({ disk: { logAnswersEarly: true } }),
  },
  {
    rule: 'a commit is on disk whole or not at all',
    found: /^(loss|dedupe|order|dead letters|end): /,
    nearSeed: 97,
    defects: () => ({ disk: { tearsCommits: true } }),
  },
  {
    rule: 'a group gets the messages of a partition in order',
    found: /^order: /,
    defects: () => ({ engine: swapsDeliveries }),
  },
  {
    rule: 'a message id is stored once',
    found: /^dedupe: /,
    defects: () => ({ engine: forgetsIds }),
  },
  {
    rule: 'a message that was given up becomes a dead letter',
    found: /^end: /,
    defects: () => ({ engine: losesTerms }),
  },
  {
    rule: 'a message becomes one dead letter of a group',
    found: /^dead letters: two of /,
    defects: () => ({ disk: { written: deadLettersTwice } }),
  },
  {
    rule: 'a confirmed ack is on disk',
    found: /^ack: /,
    defects: () => ({ engine: confirmsWithoutAcking }),
  },
  {
    rule: 'a message is delivered as often as the group allows',
    found: /^limit: /,
    defects: () => ({ engine: allowsOneMore }),
  },
  {
    rule: 'a nacked message is delivered again',
    found: /^stuck: /,
    defects: () => ({ engine: keepsNacksForever }),
  },
  {
    rule: 'a group that was moved gets everything from there on again',
    found: /^(end|missed): /,
    defects: () => ({ engine: forgetsMoves }),
  },
  {
    rule: 'a message that failed holds its key back',
    found: /^key order: /,
    defects: () => ({ engine: forgetsKeys }),
  },
  {
    rule: 'a delayed message does not come before its time',
    found: /^early: /,
    defects: () => ({ engine: forgetsSomeDelays }),
  },
  {
    rule: 'a delayed message comes when its time has come',
    found: /^stuck: /,
    defects: () => ({ engine: delaysForDays }),
  },
  {
    rule: 'a delay survives a crash',
    found: /^early: /,
    defects: () => ({ disk: { written: losesDelays } }),
  },
  {
    rule: 'a cancelled message does not come',
    found: /^cancel: /,
    defects: () => ({ engine: cancelsNothing }),
  },
  {
    rule: 'a cancel is on disk when it is acknowledged',
    found: /^cancel: /,
    defects: () => ({ engine: cancelsLater }),
  },
  {
    rule: 'a cancel takes one message',
    found: /^(loss|end): /,
    defects: () => ({ engine: cancelsTheNextToo }),
  },
  {
    rule: 'nothing counts as missed where nothing is removed',
    found: /^missed: /,
    defects: () => ({ engine: countsOneMoreAsMissed }),
  },
  {
    rule: 'what a group was not given any more is counted for it',
    found: /^missed: /,
    defects: () => ({ engine: countsNothingAsMissed }),
  },
];

function countsNothingAsMissed(engine: StationEngine): StationEngine {
  return changed(engine, {
    groupState: async (address, group) => {
      const state = await engine.groupState(address, group);
      return state && { ...state, missedCount: 0 };
    },
  });
}

function countsOneMoreAsMissed(engine: StationEngine): StationEngine {
  return changed(engine, {
    groupState: async (address, group) => {
      const state = await engine.groupState(address, group);
      return state && { ...state, missedCount: state.missedCount + 1 };
    },
  });
}

/** The engine with the time of delayed messages replaced. */
function withTimes(
  engine: StationEngine,
  timeOf: (deliverAtMs: number) => number | undefined,
): StationEngine {
  return changed(engine, {
    append(address, message, receipt) {
      const { deliverAtMs } = message;
      const used = deliverAtMs === undefined ? undefined : timeOf(deliverAtMs);
      engine.append(address, { ...message, deliverAtMs: used }, receipt);
    },
  });
}

function forgetsSomeDelays(engine: StationEngine): StationEngine {
  return withTimes(engine, (deliverAtMs) => (deliverAtMs % 10 === 0 ? undefined : deliverAtMs));
}

function delaysForDays(engine: StationEngine): StationEngine {
  return withTimes(engine, (deliverAtMs) => deliverAtMs + 48 * 3_600_000);
}

function losesDelays(changes: readonly StoreChange[]): readonly StoreChange[] {
  return changes.filter(({ kind, key }) => kind !== 'put' || key[0] !== delayedKind);
}

function cancelsNothing(engine: StationEngine): StationEngine {
  return changed(engine, { cancelDelayed: () => Promise.resolve(true) });
}

function cancelsLater(engine: StationEngine): StationEngine {
  return changed(engine, {
    cancelDelayed: (address, sequence) => {
      const asked = engine.cancelDelayed(address, sequence);
      return Promise.race([asked, Promise.resolve().then(() => true)]);
    },
  });
}

function cancelsTheNextToo(engine: StationEngine): StationEngine {
  return changed(engine, {
    cancelDelayed: (address, sequence) => {
      engine.cancelDelayed(address, sequence + 1).catch(() => undefined);
      return engine.cancelDelayed(address, sequence);
    },
  });
}

function forgetsKeys(engine: StationEngine): StationEngine {
  return changed(engine, {
    putGroup: (stationId, settings, start) =>
      engine.putGroup(stationId, { ...settings, keyHeader: null }, start),
  });
}

/** The move itself comes to nothing; whoever asked for it hears that it was made. */
function forgetsMoves(engine: StationEngine): StationEngine {
  return changed(engine, {
    moveGroup: (_stationId, _group, _target, partition = 1) =>
      Promise.resolve([{ partition, fromSequence: 1, toSequence: 1 }]),
  });
}

/** The engine with some methods replaced. */
function changed(engine: StationEngine, methods: Partial<StationEngine>): StationEngine {
  return new Proxy(engine, {
    get(target, name: keyof StationEngine): unknown {
      const method: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name);
      return typeof method === 'function' ? method.bind(target) : method;
    },
  });
}

function swapsDeliveries(engine: StationEngine): StationEngine {
  return changed(engine, {
    pull(address, group, request, receiver) {
      type Delivery = Parameters<typeof receiver.deliver>[0];
      let held: Delivery | undefined;
      return engine.pull(address, group, request, {
        ...receiver,
        deliver(delivery) {
          if (held === undefined && delivery.sequence % 10 === 0) {
            held = { ...delivery, message: delivery.message.slice() };
            return;
          }
          receiver.deliver(delivery);
          if (held !== undefined) receiver.deliver(held);
          held = undefined;
        },
      });
    },
  });
}

function forgetsIds(engine: StationEngine): StationEngine {
  let count = 0;
  return changed(engine, {
    append(address, message, receipt) {
      count += 1;
      const messageId = count % 5 === 0 ? undefined : message.messageId;
      engine.append(address, { ...message, messageId }, receipt);
    },
  });
}

function losesTerms(engine: StationEngine): StationEngine {
  return changed(engine, {
    settle(address, group, sequence, settlement, confirmed) {
      const used = settlement.kind === 'term' ? ({ kind: 'ack' } as const) : settlement;
      engine.settle(address, group, sequence, used, confirmed);
    },
  });
}

function deadLettersTwice(changes: readonly StoreChange[]): readonly StoreChange[] {
  return changes.flatMap((change) => {
    if (change.key[0] !== deadLetterKind) return [change];
    const key = change.key.slice();
    key[key.length - 4] = 1; // an id far from the others
    return [change, { ...change, key }];
  });
}

function confirmsWithoutAcking(engine: StationEngine): StationEngine {
  let count = 0;
  return changed(engine, {
    settle(address, group, sequence, settlement, confirmed) {
      count += 1;
      if (count % 10 === 0 && confirmed !== undefined) confirmed();
      else engine.settle(address, group, sequence, settlement, confirmed);
    },
  });
}

function allowsOneMore(engine: StationEngine): StationEngine {
  return changed(engine, {
    putGroup(stationId, settings, start) {
      const deliveryCountMax = settings.deliveryCountMax + 1;
      return engine.putGroup(stationId, { ...settings, deliveryCountMax }, start);
    },
  });
}

function keepsNacksForever(engine: StationEngine): StationEngine {
  return changed(engine, {
    settle(address, group, sequence, settlement, confirmed) {
      const used =
        settlement.kind === 'nack' ? ({ kind: 'nack', delayMs: 3_600_000 } as const) : settlement;
      engine.settle(address, group, sequence, used, confirmed);
    },
  });
}
