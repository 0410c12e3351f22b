import { setTimeout as delay } from 'node:timers/promises';
import { preparedColumns, prepareSdks, sdksOf } from '../../conformance/index.ts';
import { Dice, startBroker, steadyPort, waitUntil } from '../../support/index.ts';
import type { BrokerProcess } from '../../support/index.ts';
import type { Drill, DrillRequest, DrillResult } from '../drill.ts';
import { connectPlain } from '../load/load.ts';
import { RestartLedger } from './restart-ledger.ts';
import { partitionCount, restartStation, SdkMember } from './sdk-member.ts';

/** How long one member may take to come back; an SDK that needs it has stopped trying. */
const resumeTimeoutMs = 120_000;

/**
 * Goal: whatever SDK an application has, it goes on after a restart of the broker, and misses no message.
 *
 * Method: every published SDK that this machine can have at once, each in a program of its own with a
 * producer and a consumer of its own group, on one station of three partitions. Under their load the broker is ended at a
 * random moment, by SIGTERM and by `kill -9` in turn, and started again on its port and its data. A round is over when to
 * every producer a message was acknowledged, and every group has received one, that was first sent after the
 * restart. At the end every message that was acknowledged up to then reaches every group, and each is stored
 * once. Nobody creates anything again. The seed decides the moments and which way comes first.
 */
export const restartDrill: Drill = {
  name: 'restart',
  goal: 'every SDK goes on after restarts of the broker, and no group misses a message',
  unit: 'restarts',
  fullCount: 200,
  prepare: prepareSdks,
  run,
};

async function run({ count, seed, say }: DrillRequest): Promise<DrillResult> {
  const startMs = performance.now();
  const dice = new Dice(seed);
  const [clientPort, webSocketPort, monitoringPort] = [
    await steadyPort(),
    await steadyPort(),
    await steadyPort(),
  ];
  const broker = await startBroker({
    readyTimeoutMs: 60_000,
    env: {
      THEBES_CLIENT_PORT: String(clientPort),
      THEBES_WEBSOCKET_PORT: String(webSocketPort),
      THEBES_MONITORING_PORT: String(monitoringPort),
    },
  });
  const ledger = new RestartLedger();
  const members = await Promise.all(
    sdksOf(['node', 'python', 'go']).map((sdk) =>
      inTime(SdkMember.join(sdk, broker, ledger), `${sdk.title} to join`),
    ),
  );
  const faults: string[] = [];
  let slowestMs = 0;
  const [stop, end] = [new AbortController(), new AbortController()];
  const consuming = members.map((member) => member.consumeUntil(end.signal));
  const producing = members.map((member) => member.produceUntil(stop.signal, end.signal));
  try {
    await allResumed(members, ledger);
    let byTerm = dice.once(2);
    for (let round = 1; round <= count; round += 1) {
      await delay(dice.below(1_000)); // the random moment itself, not a wait for something
      faults.push(...(await restart(broker, byTerm)));
      ledger.restarted();
      const readyMs = performance.now();
      await allResumed(members, ledger);
      const backMs = performance.now() - readyMs;
      slowestMs = Math.max(slowestMs, backMs);
      const seconds = (backMs / 1_000).toFixed(1);
      const how = byTerm ? 'SIGTERM' : 'kill -9';
      say(
        `restart ${String(round)} of ${String(count)} (${how}): all are back after ${seconds} s, ${String(ledger.acknowledgedCount)} acknowledged`,
      );
      byTerm = !byTerm;
    }
    // Under load, because one of the SDKs waits 5 s for every batch that does not fill.
    const promised = ledger.promised();
    await waitUntil(
      () => members.every(({ name }) => ledger.missing(name, promised).length === 0),
      {
        timeoutMs: resumeTimeoutMs,
        what: 'all acknowledged messages to reach all groups',
      },
    ).catch(() => undefined); // what is missing is told below
    for (const { title, name, lastError } of members) {
      const missing = ledger.missing(name, promised);
      if (missing.length === 0) continue;
      const some = missing.slice(0, 3).join('; ');
      faults.push(`${title} misses ${String(missing.length)}: ${some}; last error: ${lastError}`);
    }
    stop.abort();
    await inTime(Promise.all(producing), 'the last messages to be acknowledged');
  } finally {
    stop.abort();
    end.abort();
    await inTime(Promise.all(members.map((member) => member.leave())), 'the SDKs to end');
  }
  await inTime(Promise.all(consuming), 'the last fetches to end');
  const storedCount = await storedMessageCount(broker);
  if (storedCount !== ledger.acknowledgedCount) {
    faults.push(
      `${String(storedCount)} are stored, ${String(ledger.acknowledgedCount)} were acknowledged`,
    );
  }
  await broker.stop();
  return {
    faults,
    facts: {
      restarts: ledger.restartCount,
      seconds: Math.round((performance.now() - startMs) / 1_000),
      'seconds until all were back, at most': Math.ceil(slowestMs / 1_000),
      SDKs: members.length,
      acknowledged: ledger.acknowledgedCount,
      redeliveries: ledger.redeliveryCount,
      ...Object.fromEntries(members.map(({ title, troubles }) => [`[${title}]`, troubles])),
      ...notRun(),
    },
  };
}

/** Ends the broker and starts it again; says what was wrong with the way it ended. */
async function restart(broker: BrokerProcess, byTerm: boolean): Promise<string[]> {
  const end = byTerm ? await broker.stop() : await broker.kill9();
  await broker.start();
  if (end === undefined || end.code === 0) return [];
  return [`SIGTERM ended the broker with ${String(end.signal ?? end.code)}`];
}

async function allResumed(members: readonly SdkMember[], ledger: RestartLedger): Promise<void> {
  await waitUntil(() => late(members, ledger).length === 0, {
    timeoutMs: resumeTimeoutMs,
    what: 'every SDK to produce and receive something new',
  }).catch((error: unknown) => {
    throw new Error(late(members, ledger).join('\n'), { cause: error });
  });
}

/** Who has not produced or received anything new since the last restart. */
function late(members: readonly SdkMember[], ledger: RestartLedger): string[] {
  return members.flatMap(({ name, title, lastError }) => {
    const missing = [
      ...(ledger.hasProducedSince(name) ? [] : ['produced']),
      ...(ledger.hasReceivedSince(name) ? [] : ['received']),
    ];
    if (missing.length === 0) return [];
    return [`${title} has not ${missing.join(' nor ')} anything new; last error: ${lastError}`];
  });
}

/** A wait without an end would say nothing of what it waited for. */
async function inTime<T>(work: Promise<T>, what: string): Promise<T> {
  let isDone = false;
  const done = (): void => {
    isDone = true;
  };
  work.then(done, done);
  await waitUntil(() => isDone, { timeoutMs: resumeTimeoutMs, what });
  return work;
}

async function storedMessageCount(broker: BrokerProcess): Promise<number> {
  const plain = await connectPlain(broker);
  let sum = 0;
  for (let partition = 1; partition <= partitionCount; partition += 1) {
    const subject = `$JS.API.STREAM.INFO.${restartStation}$${String(partition)}`;
    const info = await plain.request(subject, '', { timeout: 5_000 });
    sum += info.json<{ state: { messages: number } }>().state.messages;
  }
  await plain.close();
  return sum;
}

/** A column that cannot be had here counts for nothing, and says so. */
function notRun(): Record<string, string> {
  const missing = preparedColumns().filter(
    ({ column, reason }) => !column.startsWith('nats-') && reason !== undefined,
  );
  return Object.fromEntries(
    missing.map(({ column, reason }) => [`[${column}]`, `not obtainable, not run: ${reason}`]),
  );
}
