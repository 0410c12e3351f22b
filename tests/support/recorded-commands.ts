import { CommandParser } from '../../broker/src/codecs/nats/index.ts';
import type { WireCommand, WireModelLimits } from './wire-model.ts';

/** What the broker's parser makes of these chunks, in the form of the model. */
export function parseChunks(chunks: Iterable<Uint8Array>, limits: WireModelLimits): WireCommand[] {
  const commands: WireCommand[] = [];
  const parser = new CommandParser(limits, recordingHandler(commands));
  for (const chunk of chunks) {
    // A copy that is overwritten afterwards: whatever was kept of the chunk shows.
    const lent = Buffer.from(chunk);
    parser.feed(lent);
    lent.fill(0x23);
  }
  return commands;
}

/** A handler that writes down what it is told. */
export function recordingHandler(
  commands: WireCommand[],
): ConstructorParameters<typeof CommandParser>[1] {
  return {
    onConnect: (json) => void commands.push(['CONNECT', latin1(json)]),
    onPing: () => void commands.push(['PING']),
    onPong: () => void commands.push(['PONG']),
    onSub: (subject, queue, sid) => void commands.push(['SUB', subject, queue, sid]),
    onUnsub: (sid, messagesMax) => void commands.push(['UNSUB', sid, messagesMax]),
    onPublish: (subject, reply, headerBytes, message) =>
      void commands.push(['PUB', subject, reply, headerBytes, latin1(message)]),
    onError: (kind) => void commands.push(['error', kind]),
  };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
