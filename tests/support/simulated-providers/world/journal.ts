/** What a provider did, or refused to do. */
export type Operation =
  | 'configure'
  | 'create'
  | 'update'
  | 'destroy'
  | 'open' // an ephemeral resource was read
  | 'refused'
  | 'crash'
  | 'controller'; // an object appeared or went without Terraform

/** A write-only value as the journal keeps it: enough to see that two are the same, and no more. */
export interface Digest {
  readonly sha256: string;
}

export interface JournalEntry {
  readonly op: Operation;
  /** Type of the resource; the provider's name for `configure`. */
  readonly type: string;
  /** Address in the stack, such as `aws_vpc.main` or `aws_subnet.zone[0]`. */
  readonly address?: string;
  readonly id?: string;
  /** Joins the entries of one object. */
  readonly key?: string;
  /** The configuration of the call; write-only values are digests, those of a map one by one. */
  readonly sent?: Readonly<Record<string, unknown>>;
  /** The operation that was refused or ended by a crash. */
  readonly during?: string;
  readonly reason?: string;
}
