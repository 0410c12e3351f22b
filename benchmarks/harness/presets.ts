/** How much each row does. Numbers are per sample and per peer. */
export interface Preset {
  readonly name: 'full' | 'smoke';
  /** Build nats-server where it is not at hand; the checks must not wait for that. */
  readonly installsNatsServer: boolean;
  /** False where samples are too small to say anything about speed. */
  readonly judges: boolean;
  readonly sampleCount: number;
  /** Rounds whose numbers are thrown away, because compilers and caches are cold. */
  readonly warmUpRoundCount: number;
  readonly publishSpan:
    { readonly warmUpMs: number; readonly measureMs: number } | { readonly count: number };
  readonly fetch: { readonly messageCount: number; readonly batchCount: number };
  readonly latency: {
    readonly warmUpMs: number;
    readonly measureMs: number;
    readonly sampleCount: number;
  };
  readonly start: {
    readonly messageCount: number;
    readonly unflushedCount: number;
    readonly sampleCount: number;
  };
  readonly settleMs: number;
  readonly connectionCount: number;
  readonly stations: { readonly count: number; readonly concurrencyCount: number };
  readonly diskMessageCount: number;
  readonly sdk: { readonly oneByOneCount: number; readonly manyCount: number };
  readonly flushCount: number;
  readonly synthSampleCount: number;
}

/** For reports. */
const full: Preset = {
  name: 'full',
  installsNatsServer: true,
  judges: true,
  sampleCount: 5,
  warmUpRoundCount: 1,
  publishSpan: { warmUpMs: 700, measureMs: 1500 },
  fetch: { messageCount: 300_000, batchCount: 500 },
  latency: { warmUpMs: 1500, measureMs: 6000, sampleCount: 3 },
  start: { messageCount: 1_000_000, unflushedCount: 20_000, sampleCount: 5 },
  settleMs: 3000,
  connectionCount: 2000,
  stations: { count: 10_000, concurrencyCount: 16 },
  diskMessageCount: 500_000,
  sdk: { oneByOneCount: 3000, manyCount: 40_000 },
  flushCount: 300,
  synthSampleCount: 3,
};

/** For the checks: every row runs, nothing is said about speed. */
const smoke: Preset = {
  name: 'smoke',
  installsNatsServer: false,
  judges: false,
  sampleCount: 1,
  warmUpRoundCount: 0,
  publishSpan: { count: 2000 },
  fetch: { messageCount: 2000, batchCount: 500 },
  latency: { warmUpMs: 100, measureMs: 300, sampleCount: 1 },
  start: { messageCount: 2000, unflushedCount: 100, sampleCount: 1 },
  settleMs: 100,
  connectionCount: 20,
  stations: { count: 20, concurrencyCount: 4 },
  diskMessageCount: 2000,
  sdk: { oneByOneCount: 100, manyCount: 1000 },
  flushCount: 20,
  synthSampleCount: 1,
};

/** The presets by name. */
export const presets = { full, smoke } as const;
