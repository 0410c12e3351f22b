/** What a client did that ends its conversation. */
export type ProtocolErrorKind =
  /** Something other than CONNECT came first. */
  | 'connect-expected'
  | 'unknown-operation'
  | 'control-line-too-long'
  | 'payload-too-large'
  | 'invalid-subject'
  /** Too few or too many fields, a number that is none, header bytes that cannot be. */
  | 'malformed-arguments'
  /** No CR LF where the announced payload ends. */
  | 'payload-end-missing';

/**
 * The text for `-ERR` before the connection is closed; undefined where it is closed without one
 * (wire-protocol.md 1.1 and 1.4). The words matter: clients search for them.
 */
export const protocolErrorTexts: Readonly<Record<ProtocolErrorKind, string | undefined>> = {
  'connect-expected': 'Authorization Violation',
  'unknown-operation': 'Unknown Protocol Operation',
  'control-line-too-long': 'maximum control line exceeded',
  'payload-too-large': 'Maximum Payload Violation',
  'invalid-subject': 'Invalid Subject',
  'malformed-arguments': undefined,
  // What follows a payload of the wrong size is read as an operation that nobody knows.
  'payload-end-missing': 'Unknown Protocol Operation',
};
