// Header blocks of the status messages to a pull's inbox and to a requester (wire-protocol.md 3.6).
// Each is a whole HMSG content: an empty payload follows. Clients compare some of the texts.

/** Says that a pull still waits. Both numbers are of the last delivery in the group. */
export function idleHeartbeat(last: { deliverySequence: number; sequence: number }): string {
  return (
    'NATS/1.0 100 Idle Heartbeat\r\n' +
    `Nats-Last-Consumer: ${last.deliverySequence}\r\nNats-Last-Stream: ${last.sequence}\r\n\r\n`
  );
}

/**
 * Ends a pull whose time is over. Without the two headers the Memphis SDK for Node waits for its
 * own timer.
 */
export function requestTimeout(pending: PullRemainder): string {
  return status('408 Request Timeout', pending);
}

/** Ends a pull with a limit of bytes that the next message is larger than. */
export function messageTooLarge(pending: PullRemainder): string {
  return status('409 Message Size Exceeds MaxBytes', pending);
}

/** Refuses a pull; `why` is shown to the user. */
export function badRequest(why: string): string {
  return `NATS/1.0 400 Bad Request - ${why.replaceAll(/[\r\n]/g, ' ')}\r\n\r\n`;
}

/** Ends a pull that does not wait and found nothing. */
export const NO_MESSAGES = 'NATS/1.0 404 No Messages\r\n\r\n';
/** Ends a pull that does not wait, behind others that do. */
export const REQUESTS_PENDING = 'NATS/1.0 408 Requests Pending\r\n\r\n';
/** Ends a pull whose group or station was deleted. */
export const CONSUMER_DELETED = 'NATS/1.0 409 Consumer Deleted\r\n\r\n';
/** Refuses a pull because as many wait as may. */
export const EXCEEDED_MAX_WAITING = 'NATS/1.0 409 Exceeded MaxWaiting\r\n\r\n';
/** Answers a request that nobody listens to. */
export const NO_RESPONDERS = 'NATS/1.0 503\r\n\r\n';

/** Answers a direct get that finds nothing. */
export const MESSAGE_NOT_FOUND = 'NATS/1.0 404 Message Not Found\r\n\r\n';
/** Refuses a direct get that does not say what it wants. */
export const EMPTY_DIRECT_GET = 'NATS/1.0 408 Empty Request\r\n\r\n';
/** Refuses a direct get that can not be read. */
export const BAD_DIRECT_GET = 'NATS/1.0 408 Bad Request\r\n\r\n';

/** What a pull did not get. */
export interface PullRemainder {
  readonly messages: number;
  /** 0 when the pull set no limit of bytes. */
  readonly bytes: number;
}

function status(line: string, pending: PullRemainder): string {
  return (
    `NATS/1.0 ${line}\r\n` +
    `Nats-Pending-Messages: ${pending.messages}\r\nNats-Pending-Bytes: ${pending.bytes}\r\n\r\n`
  );
}
