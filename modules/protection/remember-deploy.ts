import { cloudRecord, recordTarget } from '../config/index.ts';
import type { CdktfCommand, Kit } from '../config/index.ts';
import type { CloudName } from './guarded-stack.ts';

/**
 * Keeps in the environment's record what a deploy of a cloud is about to make: since when, until when,
 * for whom, and what must not change. Written by the first deploy and by each one that goes through, never
 * by one that is refused, by a plan or by a destroy.
 */
export function rememberDeploy(kit: Kit, target: CloudName, command: CdktfCommand): void {
  if (command.verb !== 'deploy' || !command.isAbout(target)) return;
  const { problems, record, forgetsCluster } = kit[target];
  if (problems.length > 0 || forgetsCluster) return;
  const { created: _, ...facts } = record;
  recordTarget(cloudRecord(kit.root, kit.environment), target, facts, new Date(record.created));
}
