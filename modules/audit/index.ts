export { auditAws } from './audit-aws.ts';
export type { AuditFindings, Leftover } from './leftover.ts';
export { auditText, isClean } from './audit-text.ts';
