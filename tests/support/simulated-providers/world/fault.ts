/** The calls of a provider that a fault can hit. */
export type FaultyCall = 'create' | 'update' | 'destroy' | 'read';

/** An object that a controller makes, and the live objects it clings to. */
export interface ControllerMade {
  readonly type: string;
  /** Addresses of the stack, or ids. */
  readonly refersTo: readonly string[];
}

/** What goes wrong, and when. */
export interface Fault {
  readonly name: string;
  readonly on: FaultyCall;
  /** Type or address, with `*` for anything. */
  readonly target: string;
  /** Which of the matching calls, from 1. */
  readonly nth: number;
  readonly effect:
    | { readonly kind: 'error'; readonly message: string }
    /** It is made, and the provider gives up waiting for it: after a time-out, or Ctrl-C. Terraform taints it. */
    | { readonly kind: 'unfinished'; readonly message: string }
    /** The process dies; `after` means that the cloud did what was asked and nobody heard of it. */
    | { readonly kind: 'crash'; readonly moment: 'before' | 'after' }
    | { readonly kind: 'controller'; readonly makes: ControllerMade };
}

/** Whether a pattern such as `kubernetes_*`, `aws_vpc.main` or `aws_vpc` means this resource. */
export function matchesTarget(pattern: string, type: string, address: string | undefined): boolean {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*');
  const expression = new RegExp(`^${escaped}$`);
  return expression.test(type) || (address !== undefined && expression.test(address));
}
