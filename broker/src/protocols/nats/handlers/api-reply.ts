import type { BrokerError } from '../../../core/errors/index.ts';

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
export const noMessageFound: ApiError = {
  code: 404,
  err_code: 10037,
  description: 'no message found',
};

/** `kind` as in `consumer_info`. */
export function apiReply(kind: string, fields: object): string {
  return JSON.stringify({ type: `io.nats.jetstream.api.v1.${kind}_response`, ...fields });
}

export function apiErrorReply(kind: string, error: ApiError): string {
  return apiReply(kind, { error });
}

/** For a request that makes no sense; `description` says why. */
export function badApiRequest(description: string): ApiError {
  return { code: 400, err_code: 10003, description: `bad request: ${description}` };
}

/** For a request that the protocol has and a station can not do. */
export function notSupported(description: string): ApiError {
  return { code: 501, err_code: 10003, description };
}

/** For a request that failed for a reason the protocol has no number for. */
export function unavailable(description: string): ApiError {
  return { code: 503, err_code: 10008, description };
}

/** An error of the broker in the numbers of the protocol. */
export function apiErrorOf(error: BrokerError): ApiError {
  switch (error.code) {
    case 'REQUEST_MALFORMED':
      return { code: 400, err_code: 10025, description: error.wireText };
    case 'STATION_NOT_FOUND':
      return streamNotFound;
    case 'GROUP_BACKOFF_LENGTH':
      return { code: 400, err_code: 10116, description: error.wireText };
    case 'MESSAGE_NOT_WAITING':
      return { code: 400, err_code: 10057, description: error.wireText };
    case 'STATION_FORBIDDEN':
      return { code: 403, err_code: 10003, description: error.wireText };
    case 'STORE_REFUSED':
    case 'STORE_FAILED':
      return { code: 503, err_code: 10023, description: error.wireText };
    default:
      return error.retryable ? unavailable(error.wireText) : badApiRequest(error.wireText);
  }
}
