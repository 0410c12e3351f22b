import type { LiveObject } from '../world/world.ts';
import type { ObjectValue, Value } from './values.ts';

/** What Terraform asks for one resource, seen by the rules that may refuse it. */
export interface ResourceCall {
  readonly op: 'create' | 'update' | 'destroy' | 'read';
  readonly type: string;
  readonly address: string | undefined;
  /** The configuration, write-only values included; null when there is none. */
  readonly config: Value;
  readonly prior: Value;
  /** What will be, with all that the cloud decides filled in; the prior value for destroy and read. */
  readonly values: ObjectValue;
  /** The object that lives already. */
  readonly object: LiveObject | undefined;
  readonly live: readonly LiveObject[];
  /** The settings of the provider, unknowns left out. */
  readonly settings: ObjectValue;
}
