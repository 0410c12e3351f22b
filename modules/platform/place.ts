import type { Construct } from '../cdk.ts';

/** Where an object of the platform is made. */
export interface Place {
  readonly scope: Construct;
  /** Its name as a token, by which everything in it waits for it, and goes before it. */
  readonly namespace: string;
}
