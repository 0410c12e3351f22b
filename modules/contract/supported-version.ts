/** A version of somebody else's that the kit asks for by number, and until when it is supported. */
export interface SupportedVersion {
  /** As its maker calls it: `EKS`, `RDS for PostgreSQL`, `nats-server`. */
  readonly product: string;
  readonly version: string;
  /** The last day of ordinary support, `YYYY-MM-DD`. */
  readonly endsOn: string;
  /** Where that date stands. */
  readonly source: string;
}
