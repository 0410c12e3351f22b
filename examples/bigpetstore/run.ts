import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createMemphisInstance } from 'memphis-dev';
import type { Memphis } from 'memphis-dev';
import { consume } from './consume.ts';
import { generateTransactions } from './generate-transactions.ts';
import type { Options } from './options.ts';
import { produce } from './produce.ts';
import { Progress } from './progress.ts';
import { Totals } from './totals.ts';
import type { Transaction } from './transaction.ts';

/** Two teams of the pet shop read the same stream, each at its own pace. */
const groups = ['sales', 'warehouse'];

/** Streams the transactions and compares; false when a group did not get exactly what was sent. */
export async function run(options: Options, signal: AbortSignal): Promise<boolean> {
  const transactions = await readInput(options);
  const expected = new Totals();
  for (const transaction of transactions) expected.add(transaction);

  const memphis = await createMemphisInstance().connect({
    host: options.host,
    port: options.port,
    username: options.username,
    password: options.password,
    suppressLogs: true,
  });
  // A name of its own, so that two runs at a time do not mix.
  const stationName = `bigpetstore-${Date.now().toString(36)}`;
  console.log(`  station ${stationName} on ${options.host}:${options.port}`);
  try {
    const station = await memphis.station({ name: stationName, idempotencyWindowMs: 60_000 });
    try {
      return await stream(memphis, stationName, transactions, expected, signal);
    } finally {
      if (options.keep) console.log(`  The station ${stationName} is kept, as you asked.`);
      else await station.destroy();
    }
  } finally {
    await memphis.close();
  }
}

async function stream(
  memphis: Memphis,
  stationName: string,
  transactions: readonly Transaction[],
  expected: Totals,
  signal: AbortSignal,
): Promise<boolean> {
  const startedAt = performance.now();
  const progress = new Progress(transactions.length, process.stdout);
  const [, ...counted] = await Promise.all([
    produce(memphis, stationName, transactions, {
      sent: (count) => progress.add('sent', count),
      signal,
    }),
    ...groups.map((group) =>
      consume(memphis, { stationName, group }, expected, {
        received: (count) => progress.add(group, count),
        signal,
      }),
    ),
  ]);
  progress.clear();
  if (signal.aborted) return false;
  return report(expected, counted, (performance.now() - startedAt) / 1000);
}

function report(expected: Totals, counted: readonly Totals[], seconds: number): boolean {
  const rows = [['', 'transactions', 'line items', 'pieces']];
  const row = (name: string, totals: Totals): string[] => [
    name,
    ...[totals.transactionCount, totals.lineItemCount, totals.quantity].map((value) =>
      value.toLocaleString('en'),
    ),
  ];
  rows.push(row('input', expected));
  for (const [index, totals] of counted.entries()) rows.push(row(groups[index] ?? '', totals));
  for (const cells of rows) {
    const [name = '', ...numbers] = cells;
    console.log(`  ${name.padEnd(12)}${numbers.map((text) => text.padStart(14)).join('')}`);
  }
  const best = expected.bestSellers(3).map(({ itemId, quantity }) => `${itemId} (${quantity})`);
  console.log(`  sold most: products ${best.join(', ')}`);

  let agree = true;
  for (const [index, totals] of counted.entries()) {
    for (const difference of totals.differencesFrom(expected)) {
      agree = false;
      console.error(`  ${groups[index] ?? ''}: ${difference}`);
    }
  }
  console.log(
    agree
      ? `  Every transaction was received exactly once by each group, in ${seconds.toFixed(1)} s.`
      : '  The groups do not agree with the input.',
  );
  return agree;
}

async function readInput({ generate }: Options): Promise<Transaction[]> {
  if (generate !== undefined) return [...generateTransactions(generate.count, generate.seed)];
  const sample = createReadStream(new URL('sample.jsonl', import.meta.url));
  const transactions: Transaction[] = [];
  for await (const line of createInterface({ input: sample })) {
    if (line !== '') transactions.push(JSON.parse(line) as Transaction);
  }
  return transactions;
}
