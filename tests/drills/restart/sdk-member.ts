import { setTimeout as delay } from 'node:timers/promises';
import { SdkClient, SdkProgram } from '../../conformance/index.ts';
import type { Sdk } from '../../conformance/index.ts';
import { waitUntil } from '../../support/index.ts';
import type { BrokerProcess } from '../../support/index.ts';
import type { RestartLedger } from './restart-ledger.ts';

export const restartStation = 'restart';
export const partitionCount = 3;

/** Messages that are not acked within this come again; it bounds how long the end of the drill takes. */
const ackTimeoutMs = 4_000;
/** A message that is on its way at every kill must not become a dead letter. */
const deliveryCountMax = 1_000;
/** Soon full: memphis-py on nats-py 2.6.0 waits 5 s for what a batch lacks, whatever its options say. */
const batch = 10;
/** The shortest that every SDK accepts. */
const batchTimeoutMs = 1_000;
/** Between two messages of one lane; the four SDKs together then send some hundred in a second. */
const paceMs = 80;
/** Before the next try of what failed, so that a broker that is away costs no processor. */
const retryMs = 50;

/**
 * The Go SDK waits for ever for the answer to a publish that a restart took (wire-protocol.md 7.4), the
 * others for 5 s: an application that wants to know asks again, under the same message id.
 */
const produceTimeoutMs = 3_000;
/** Above the wait of any SDK for a batch. */
const fetchTimeoutMs = 20_000;

type SdkCall = 'produce' | 'fetch';
type Outcome = 'done' | 'failed' | 'unanswered';

/**
 * One SDK in a program of its own, with a producer and a consumer, both made once and kept over all
 * restarts. It does what a careful application does: what was not acknowledged is sent again, a fetch that failed is
 * followed by the next.
 */
export class SdkMember {
  /** Of its producer and of its group. */
  readonly name: string;
  readonly title: string;
  readonly #counts = {
    'produce failed': 0,
    'produce unanswered': 0,
    'fetch failed': 0,
    'fetch unanswered': 0,
    'ack failed': 0,
  };
  readonly #program: SdkProgram;
  readonly #client: SdkClient;
  readonly #ledger: RestartLedger;
  #lastError = 'none';

  private constructor(sdk: Sdk, program: SdkProgram, client: SdkClient, ledger: RestartLedger) {
    this.title = sdk.title;
    this.#program = program;
    this.name = nameOf(sdk);
    this.#client = client;
    this.#ledger = ledger;
  }

  /** Connects, and creates station, producer and consumer where they are not. */
  static async join(sdk: Sdk, broker: BrokerProcess, ledger: RestartLedger): Promise<SdkMember> {
    const program = SdkProgram.start(sdk.command);
    // An SDK that is not let in within 2 s gives up, the first time; a busy machine may need longer.
    const address = { port: broker.clientPort, password: broker.rootPassword };
    const client = await waitUntil(() => SdkClient.connect(program, 'member', address), {
      timeoutMs: 60_000,
      what: `${sdk.title} to connect`,
    });
    const member = new SdkMember(sdk, program, client, ledger);
    await client.station(restartStation, {
      partitions: partitionCount,
      retentionType: 'message_age_sec',
      retentionValue: 7 * 24 * 3_600,
      idempotencyWindowMs: 24 * 3_600_000,
    });
    await client.producer(restartStation, member.name);
    const settings = { ackTimeoutMs, deliveryCountMax, fetchTimeoutMs: batchTimeoutMs };
    await client.consumer(restartStation, member.name, settings);
    return member;
  }

  /** How many of its calls did not do what they were made for, in words. */
  get troubles(): string {
    const some = Object.entries(this.#counts).filter(([, count]) => count > 0);
    return some.map(([what, count]) => `${String(count)} ${what}`).join(', ') || 'none';
  }

  /** The last thing that went wrong, for a member that does not come back. */
  get lastError(): string {
    return this.#lastError;
  }

  /** One lane for each partition, one message at a time on each; ends when the last one is acknowledged. */
  async produceUntil(stop: AbortSignal, abandon: AbortSignal): Promise<void> {
    const lanes = Array.from({ length: partitionCount }, (_, index) => index + 1);
    await Promise.all(lanes.map((partition) => this.#produceTo(partition, stop, abandon)));
  }

  async consumeUntil(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const outcome = await this.#outcome('fetch', this.#takeBatch(), fetchTimeoutMs);
      if (outcome !== 'done') await delay(retryMs);
    }
  }

  /** Ends its program in the midst of whatever it does. */
  leave(): Promise<void> {
    return this.#program.stop();
  }

  async #produceTo(partition: number, stop: AbortSignal, abandon: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const text = this.#ledger.nextText(this.name);
      for (;;) {
        const outcome = await this.#outcome(
          'produce',
          this.#produce(text, partition),
          produceTimeoutMs,
        );
        if (outcome === 'done' || abandon.aborted) break;
        await delay(retryMs);
      }
      await delay(paceMs);
    }
  }

  /** Where the caller has given up meanwhile, the answer counts all the same. */
  async #produce(text: string, partition: number): Promise<void> {
    const message = { text, messageId: text, partition };
    await this.#client.produce(restartStation, message, this.name);
    this.#ledger.acknowledged(this.name, text);
  }

  async #takeBatch(): Promise<void> {
    const messages = await this.#client.fetch(restartStation, this.name, batch);
    for (const { text } of messages) this.#ledger.received(this.name, text);
    await this.#client.ackAll(messages).catch((error: unknown) => {
      this.#failed('ack', error);
      this.#counts['ack failed'] += 1;
    });
  }

  async #outcome(call: SdkCall, answer: Promise<void>, timeoutMs: number): Promise<Outcome> {
    const timer = new AbortController();
    const timeout = delay(timeoutMs, 'unanswered' as const, { signal: timer.signal });
    const outcome = await Promise.race([
      timeout,
      answer.then(
        () => 'done' as const,
        (error: unknown) => this.#failed(call, error),
      ),
    ]);
    timer.abort();
    timeout.catch(() => undefined); // that it was ended
    if (outcome !== 'done') this.#counts[`${call} ${outcome}`] += 1;
    return outcome;
  }

  #failed(call: SdkCall | 'ack', error: unknown): 'failed' {
    this.#lastError = `${call}: ${error instanceof Error ? error.message : String(error)}`;
    return 'failed';
  }
}

/** A word that stations, producers and groups may be named by. */
function nameOf({ title }: Sdk): string {
  return title.replaceAll(/[^\w.]+/g, '-');
}
