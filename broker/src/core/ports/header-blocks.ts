/** A line of a header block. */
export interface MessageHeader {
  readonly key: string;
  readonly value: string;
}

/**
 * Value of the first header with that key in the block at the start of `message`; undefined when there is none. Upper and lower case
 * are different in the key, unless it is to match in any case.
 */
export type ReadHeader = (
  message: Uint8Array,
  headerBytes: number,
  key: string,
  matches?: 'exact-case' | 'any-case',
) => string | undefined;

/** Header block and payload in one piece. */
export interface MessageBytes {
  readonly message: Uint8Array;
  readonly headerBytes: number;
}

/** Reads and changes header blocks. Their form is the wire's, so `codecs/nats` does it; the core says what is to be in them. */
export interface HeaderBlocks {
  readonly read: ReadHeader;
  /** The message with each of `headers` in place of all with its key, else at the end. */
  replace(message: MessageBytes, headers: readonly MessageHeader[]): MessageBytes;
}
