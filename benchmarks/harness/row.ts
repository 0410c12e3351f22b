import type { Peer } from './peers/index.ts';
import type { Preset } from './presets.ts';

/** What numbers of a quantity are. */
export type Unit = 'messages/s' | 'commits/s' | 'µs' | 'ms' | 's' | 'bytes' | 'MB' | 'KiB';

/** One thing that a row measures, with all samples of every peer. */
export interface Quantity {
  readonly name: string;
  readonly unit: Unit;
  /** Samples by the name of the peer; a quantity of the machine itself uses `machine`. */
  readonly samples: Readonly<Record<string, readonly number[]>>;
}

/** What came of measuring a row. */
export interface Measurement {
  readonly quantities: readonly Quantity[];
  /**
   * What must be the same in every run of the same preset, by peer: counts, sums. The runner
   * refuses a row whose peers disagree, and the digest of the run is made of these.
   */
  readonly facts: Readonly<Record<string, Facts>>;
  /** What a reader has to know about these numbers and no others. */
  readonly remarks: readonly string[];
}

/** Results that do not depend on speed. */
export type Facts = Readonly<Record<string, number>>;

/** One line of the performance budget, turned into something that can be checked. */
export interface Demand {
  readonly quantity: string;
  readonly level: 'must' | 'goal';
  readonly bound:
    | { readonly kind: 'at least times'; readonly factor: number; readonly peer: string }
    | { readonly kind: 'at most'; readonly value: number }
    /** For bounds that follow from the machine or from a peer, as measured in the same run. */
    | {
        readonly kind: 'at most measured' | 'at least measured';
        readonly text: string;
        readonly value: (measurement: Measurement) => number | undefined;
      };
}

/** What a row is given to work with. */
export interface RowContext {
  readonly preset: Preset;
  /** The checkout whose broker, kit and packages are measured. */
  readonly root: string;
  /** Empty directory on the disk under test, removed after the row. */
  readonly directory: string;
  readonly progress: (text: string) => void;
}

/** One row of the benchmark: how to measure it, and what the budget asks of it. */
export interface Row {
  /** Begins with the name of its family, which `--only` may name too. */
  readonly id: string;
  readonly title: string;
  /** Names of the peers that run beside the broker, where they can be had. */
  readonly baselines: readonly string[];
  readonly demands: readonly Demand[];
  /** False leaves the row out, for presets that are too small for it. */
  readonly runsWith?: (preset: Preset) => boolean;
  measure(context: RowContext, peers: readonly Peer[]): Promise<Measurement>;
}

/** Names of the peers; rows refer to them. */
export const peerNames = {
  thebes: 'Thebes',
  jetStream: 'JetStream default',
  jetStreamSyncAlways: 'JetStream sync always',
  ceiling: 'client ceiling',
} as const;
