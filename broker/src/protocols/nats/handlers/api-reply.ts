/** An error of `$JS.API`: these three keys and no other, nats-py passes them on by name. */
export interface ApiError {
  readonly code: number;
  readonly err_code: number;
  readonly description: string;
}

export const streamNotFound: ApiError = {
  code: 404,
  err_code: 10059,
  description: 'stream not found',
};
export const consumerNotFound: ApiError = {
  code: 404,
  err_code: 10014,
  description: 'consumer not found',
};

/** `kind` as in `consumer_info`. */
export function apiReply(kind: string, fields: object): string {
  return JSON.stringify({ type: `io.nats.jetstream.api.v1.${kind}_response`, ...fields });
}

export function apiErrorReply(kind: string, error: ApiError): string {
  return apiReply(kind, { error });
}

/** For a request that failed for a reason the protocol has no number for. */
export function unavailable(description: string): ApiError {
  return { code: 503, err_code: 10008, description };
}

/** A moment as the protocol writes it: RFC 3339, UTC. */
export function timestamp(wallMs: number): string {
  return new Date(wallMs).toISOString();
}
