import { formatHeaders, readHeader, readHeaders, replaceHeaders } from './header-block.ts';
import type { Header } from './header-block.ts';

/** A message in one piece: header block and payload. */
interface MessageBytes {
  readonly message: Uint8Array;
  readonly headerBytes: number;
}

/** Header blocks of NATS, in the form in which the core asks for them (`core/ports/header-blocks.ts`). */
export const headerBlocks = {
  read: readHeader,

  replace({ message, headerBytes }: MessageBytes, headers: readonly Header[]): MessageBytes {
    const block = formatHeaders(replaceHeaders(readHeaders(message, headerBytes), headers));
    const changed = new Uint8Array(block.length + message.length - headerBytes);
    changed.set(block);
    changed.set(message.subarray(headerBytes), block.length);
    return { message: changed, headerBytes: block.length };
  },
} as const;
