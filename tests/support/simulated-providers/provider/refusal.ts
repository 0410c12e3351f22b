/** Why a provider or the API behind it says no, as Terraform shows it. */
export interface Refusal {
  readonly summary: string;
  readonly detail: string;
  /** Where in the configuration, from the outermost block inwards; numbers are positions in a list. */
  readonly path?: readonly (string | number)[];
}

/** Refusal by an API, in the way that providers put it. */
export function apiRefusal(doing: string, code: string, message: string): Refusal {
  return { summary: doing, detail: `api error ${code}: ${message}` };
}
