/** What a drill is asked to do. */
export interface DrillRequest {
  /** How many rounds, images, …; see the drill's unit. */
  readonly count: number;
  readonly seed: number;
  /** Tells whoever watches how far it is. */
  readonly say: (line: string) => void;
}

/** What a drill found. */
export interface DrillResult {
  /** What is wrong, in words; empty when all promises were kept. */
  readonly faults: readonly string[];
  /** What was done, for the reader to judge whether it was enough. */
  readonly facts: Readonly<Record<string, number | string>>;
}

/** A long test: a short fixed set of it runs in `npm test`, the full number by `npm run drill:<name>`. */
export interface Drill {
  readonly name: string;
  /** What it shows, in one sentence. */
  readonly goal: string;
  readonly unit: string;
  readonly fullCount: number;
  /** Makes ready what `npm test` makes ready for its tests, where the drill needs it. */
  readonly prepare?: (say: (line: string) => void) => void;
  run(request: DrillRequest): Promise<DrillResult>;
}
