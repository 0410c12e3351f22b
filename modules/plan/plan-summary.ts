import { block, blocks } from '../synthesized/index.ts';
import type { Json } from '../synthesized/index.ts';

/** What a deploy is going to do to a resource. */
export type PlannedAct = 'create' | 'update' | 'replace' | 'destroy' | 'forget';

/** One resource of a plan that is not left as it is. */
export interface PlannedChange {
  readonly address: string;
  readonly type: string;
  readonly act: PlannedAct;
  /** What makes it be built anew: arguments of which another value cannot be had otherwise. */
  readonly because: readonly string[];
}

/** What a deploy is going to do, in short. */
export interface PlanSummary {
  readonly changes: readonly PlannedChange[];
  /** Of those, what takes data or the cluster away. */
  readonly harmful: readonly PlannedChange[];
}

/** What holds data, or is what everything in it runs on. */
const precious: readonly string[] = [
  'aws_db_instance',
  'aws_ebs_volume',
  'aws_eks_cluster',
  'aws_kms_key',
  'aws_secretsmanager_secret',
  'kubernetes_persistent_volume_claim_v1',
  'kubernetes_persistent_volume_v1',
  'kubernetes_stateful_set_v1',
];
/** Of which one may be replaced while the others work, but not all at once. */
const replacedByTurns = 'aws_eks_node_group';

/** The changes of a plan (`terraform show -json`), and which of them take something precious away. */
export function summarizePlan(plan: Json): PlanSummary {
  const resources = blocks(plan, 'resource_changes').filter(({ mode }) => mode === 'managed');
  const changes = resources.flatMap((resource): PlannedChange[] => {
    const change = block(resource, 'change');
    const act = actOf([change?.['actions']].flat().map(String));
    if (act === undefined) return [];
    const because = blocks({ paths: change?.['replace_paths'] ?? [] }, 'paths');
    return [
      {
        address: String(resource['address']),
        type: String(resource['type']),
        act,
        because: because.map((path) => Object.values(path).map(String).join('.')),
      },
    ];
  });
  const nodeGroups = resources.filter(({ type }) => type === replacedByTurns);
  const goingGroups = changes.filter(({ type, act }) => type === replacedByTurns && takesAway(act));
  const allGroupsGo = goingGroups.length > 0 && goingGroups.length === nodeGroups.length;
  return {
    changes,
    harmful: changes.filter(
      ({ type, act }) =>
        takesAway(act) && (precious.includes(type) || (type === replacedByTurns && allGroupsGo)),
    ),
  };
}

function takesAway(act: PlannedAct): boolean {
  return act === 'replace' || act === 'destroy';
}

function actOf(actions: readonly string[]): PlannedAct | undefined {
  const has = (action: string): boolean => actions.includes(action);
  if (has('create') && has('delete')) return 'replace';
  if (has('create')) return 'create';
  if (has('update')) return 'update';
  if (has('delete')) return 'destroy';
  return has('forget') ? 'forget' : undefined;
}
