import type { GroupChange, GroupSettings } from './group.ts';

/** The settings of a group after a change; `known` are those it has, undefined for a new one. */
export function changedSettings(
  change: GroupChange,
  known: GroupSettings | undefined,
): GroupSettings {
  const { name, ackTimeoutMs, deliveryCountMax } = change;
  const backoffMs = change.backoffMs ?? known?.backoffMs ?? [];
  const keyHeader = change.keyHeader === undefined ? known?.keyHeader : change.keyHeader;
  return { name, ackTimeoutMs, deliveryCountMax, backoffMs, keyHeader: keyHeader ?? null };
}

/** Whether nothing but the name differs. */
export function sameSettings(one: GroupSettings, other: GroupSettings): boolean {
  return (
    one.ackTimeoutMs === other.ackTimeoutMs &&
    one.deliveryCountMax === other.deliveryCountMax &&
    one.keyHeader === other.keyHeader &&
    one.backoffMs.length === other.backoffMs.length &&
    one.backoffMs.every((delayMs, index) => delayMs === other.backoffMs[index])
  );
}

/** How much longer a message waits that was delivered so often; 0 without a back-off list. */
export function backoffAfter(
  { backoffMs }: GroupSettings,
  { deliveryCount }: { readonly deliveryCount: number },
  waitedMs: number,
): number {
  const delayMs = backoffMs[Math.min(deliveryCount, backoffMs.length) - 1] ?? 0;
  return Math.max(0, delayMs - waitedMs);
}
