/** A consumer that was created in a group. It is active while its connection is open. */
export interface Member {
  /** The client's own name for its connection, kept across reconnects (wire-protocol.md 1.3). */
  readonly connectionId: string;
  readonly stationId: number;
  readonly name: string;
  readonly group: string;
  readonly user: string;
  readonly applicationId: string;
  readonly sdkLanguage: string;
  readonly createdAtMs: number;
}
