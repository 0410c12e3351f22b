import type { Refusal } from './refusal.ts';
import { apiRefusal } from './refusal.ts';
import type { ResourceCall } from './resource-call.ts';
import { textAt, valueAt } from './values.ts';

/** The switch that keeps an object of a type from being deleted, and the API's word for it. */
const switches: Readonly<Record<string, readonly [argument: string, code: string]>> = {
  aws_db_instance: ['deletion_protection', 'InvalidParameterCombination'],
  aws_eks_cluster: ['deletion_protection', 'InvalidRequestException'],
  aws_lb: ['enable_deletion_protection', 'OperationNotPermitted'],
  google_container_cluster: ['deletion_protection', 'FailedPrecondition'],
  google_sql_database_instance: ['deletion_protection', 'FailedPrecondition'],
};

/** What says no to its own deletion. */
export function refuseProtected(call: ResourceCall): Refusal | undefined {
  if (call.op !== 'destroy' || call.object === undefined) return undefined;
  const [argument, code] = switches[call.type] ?? [];
  if (argument !== undefined && code !== undefined && valueAt(call.prior, argument) === true) {
    return apiRefusal(
      `deleting ${call.type} (${call.object.id})`,
      code,
      `${argument} is on: switch it off first`,
    );
  }
  const needsSnapshot =
    call.type === 'aws_db_instance' && valueAt(call.prior, 'skip_final_snapshot') !== true;
  if (needsSnapshot && textAt(call.prior, 'final_snapshot_identifier') === undefined) {
    return {
      summary: 'final_snapshot_identifier is required when skip_final_snapshot is false',
      detail: `deleting RDS DB Instance (${call.object.id})`,
    };
  }
  return undefined;
}
