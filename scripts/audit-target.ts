import { auditAws } from '../modules/audit/index.ts';
import type { AuditFindings } from '../modules/audit/index.ts';
import type { Kit } from '../modules/config/index.ts';
import { realOutside } from '../modules/outside/index.ts';

/** What of the environment of these settings is still in its AWS account. */
export function auditTarget({ environment, aws }: Kit): Promise<AuditFindings> {
  // Recorded with the environment: settings may have moved on to another region since.
  const region = aws.record.fixed?.['region'] ?? aws.region;
  return auditAws(realOutside(), { environment, name: aws.name, region });
}
