import { forgetTarget, recordAccount, recordTarget } from '../config/index.ts';
import type { RecordPlace, TargetRecord } from '../config/index.ts';

/** What a deploy hands to the program that keeps the record of an environment. */
export interface RememberOrder {
  readonly place: RecordPlace;
  readonly target: string;
  readonly record: TargetRecord;
}

/** What a destroy hands to it. */
export type ForgetOrder = Omit<RememberOrder, 'record'>;

/**
 * Keeps what a deploy is about to make: since when, until when, for whom, and what must not change. Part
 * of the apply, so that a plan that was refused or declined leaves nothing behind.
 */
export function remember({ place, target, record }: RememberOrder): void {
  const { created, ...facts } = record;
  recordTarget(place, target, facts, new Date(created));
}

/** What a deploy hands to it when it knows whose account it works in. */
export interface AccountOrder extends ForgetOrder {
  readonly account: string;
}

/** Keeps which account an environment is in. */
export function rememberAccount({ place, target, account }: AccountOrder): void {
  recordAccount(place, target, account);
}

/** Takes a target that is gone out of its environment's record. */
export function forget({ place, target }: ForgetOrder): void {
  forgetTarget(place, target);
}
