import { refuseWithoutCluster, refuseWithoutNamespace } from './cluster-access.ts';
import { refuseCollision } from './collisions.ts';
import { refuseInsecurePods } from './pod-security.ts';
import { refuseProtected } from './protections.ts';
import { refuseWhileHeld } from './references.ts';
import { refuseApiNames } from './refusals.ts';
import type { Refusal } from './refusal.ts';
import type { ResourceCall } from './resource-call.ts';
import { refuseShrinking, refuseStorageInUse } from './storage.ts';

export { validationRefusals } from './refusals.ts';

/** In the order in which a real call would meet them: the way there, the request, the state of things. */
const rules: readonly ((call: ResourceCall) => Refusal | undefined)[] = [
  refuseWithoutCluster,
  refuseApiNames,
  refuseWithoutNamespace,
  refuseCollision,
  refuseInsecurePods,
  refuseShrinking,
  refuseProtected,
  refuseStorageInUse,
  refuseWhileHeld,
];

/** Why a call is refused, or nothing. */
export function callRefusal(call: ResourceCall): Refusal | undefined {
  for (const rule of rules) {
    const refusal = rule(call);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
