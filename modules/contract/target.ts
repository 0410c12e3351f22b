import type { ITerraformDependable } from '../cdk.ts';

/** What must be there before something else starts; the only word for order between modules. */
export type Ready = readonly ITerraformDependable[];

/** What a stack is for. */
export type TargetName = 'local' | 'aws';

/** The place where an environment keeps what outlives a process: first to come, last to go. */
export interface Home {
  readonly ready: Ready;
}

/** A running broker, and what its user needs to know of it. */
export interface Release {
  readonly ready: Ready;
  readonly outputs: ReleaseOutputs;
}

/**
 * The outputs of a stack, the same names on every target (iac.md 3.6). A target leaves out what it
 * does not run: no address is printed that nothing answers on.
 */
export interface ReleaseOutputs {
  readonly client_url: string;
  /** NATS over WebSocket. */
  readonly websocket_url: string;
  readonly admin_user: string;
  /** A command that prints the password; the password itself is in no output, plan or state. */
  readonly admin_password_command: string;
  /** Where health is told; on a cloud inside the cluster only, and left out. */
  readonly monitoring_url?: string;
}

/** What is deployed to: the machine at hand (`local`), or a cloud (`Cloud`). */
export interface Target {
  readonly name: TargetName;
}
