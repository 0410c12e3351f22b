import { EventEmitter } from 'node:events';
import { FlushRound } from '../../../../../broker/src/protocols/nats/flush-round.ts';
import { Outbound } from '../../../../../broker/src/protocols/nats/outbound.ts';
import type { WritableSocket } from '../../../../../broker/src/protocols/nats/outbound.ts';
import { smallLimits } from './limits.ts';

/** A socket whose other end reads when the test says so. */
class FakeSocket extends EventEmitter {
  readonly writes: string[] = [];
  destroyed = false;
  writableLength = 0;
  isStuck = false;
  #gathered: string[] | undefined;

  cork(): void {
    this.#gathered = [];
  }

  write(chunk: Uint8Array): boolean {
    this.#gathered?.push(Buffer.from(chunk).toString());
    if (this.isStuck) this.writableLength += chunk.length;
    return !this.isStuck;
  }

  uncork(): void {
    this.writes.push(this.#gathered?.join('') ?? '');
  }

  /** The other end has read everything. */
  drain(): void {
    this.isStuck = false;
    this.writableLength = 0;
    this.emit('drain');
  }
}

function makeOutbound() {
  const socket = new FakeSocket();
  const turns: (() => void)[] = [];
  const scheduler = {
    soon: (task: () => void) => void turns.push(task),
    after: () => () => undefined,
  };
  const events = { onRoom: jest.fn(), onOverflow: jest.fn() };
  const outbound = new Outbound(
    socket as unknown as WritableSocket,
    new FlushRound(scheduler),
    smallLimits,
    events,
  );
  const endTurn = (): void => turns.splice(0).forEach((task) => task());
  const say = (bytes: number): void => {
    outbound.message({ subject: 'a', sid: '1' }, Buffer.alloc(bytes, 'x'), 0);
  };
  return { socket, outbound, events, endTurn, say, turns };
}

const frame = (bytes: number): string => `MSG a 1 ${bytes}\r\n${'x'.repeat(bytes)}\r\n`;

describe('Outbound', () => {
  test('sends everything of one turn with one write', () => {
    const { socket, outbound, endTurn, say, turns } = makeOutbound();
    outbound.pong();
    say(10);
    say(20);
    expect(socket.writes).toEqual([]);
    expect(turns).toHaveLength(1);
    endTurn();
    expect(socket.writes).toEqual([`PONG\r\n${frame(10)}${frame(20)}`]);
    endTurn();
    expect(socket.writes).toHaveLength(1);
    say(30);
    endTurn();
    expect(socket.writes).toEqual([expect.any(String), frame(30)]);
  });

  test('hands nothing more to a socket that is behind, and all of it when it has caught up', () => {
    const { socket, outbound, endTurn, say } = makeOutbound();
    socket.isStuck = true;
    say(100);
    endTurn();
    say(200);
    endTurn();
    expect(socket.writes).toEqual([frame(100)]);
    expect(outbound.unsentBytes).toBe(frame(100).length + frame(200).length);
    socket.drain();
    expect(socket.writes).toEqual([frame(100), frame(200)]);
    expect(outbound.unsentBytes).toBe(0);
  });

  test('keeps to that also when it catches up in the turn in which it falls behind again', () => {
    const { socket, endTurn, say } = makeOutbound();
    say(10); // planned for the end of the turn
    socket.isStuck = true;
    socket.emit('drain');
    say(20);
    endTurn();
    expect(socket.writes).toEqual([frame(10)]);
    socket.drain();
    expect(socket.writes).toEqual([frame(10), frame(20)]);
  });

  test('has no room from the bound on, and says once when it has again', () => {
    const { socket, outbound, events, endTurn, say } = makeOutbound();
    socket.isStuck = true;
    say(900);
    expect(outbound.hasRoom).toBe(true);
    say(900);
    expect(outbound.hasRoom).toBe(false);
    endTurn();
    expect(outbound.hasRoom).toBe(false);
    expect(events.onRoom).not.toHaveBeenCalled();
    socket.drain();
    expect(outbound.hasRoom).toBe(true);
    expect(events.onRoom).toHaveBeenCalledTimes(1);
    say(10);
    endTurn();
    expect(events.onRoom).toHaveBeenCalledTimes(1);
  });

  test('says that it has room again also where the socket was never behind', () => {
    const { outbound, events, endTurn, say } = makeOutbound();
    say(1200);
    expect(outbound.hasRoom).toBe(false);
    endTurn();
    expect(outbound.hasRoom).toBe(true);
    expect(events.onRoom).toHaveBeenCalledTimes(1);
  });

  test('reports a client that lets more pile up than may be, counting what the socket holds', () => {
    const { socket, events, endTurn, say } = makeOutbound();
    socket.isStuck = true;
    say(1400);
    endTurn();
    say(1400);
    expect(events.onOverflow).not.toHaveBeenCalled();
    say(1400);
    expect(events.onOverflow).toHaveBeenCalled();
  });

  test('hands over its last words at once, even behind a write on its way, and nothing after them', () => {
    const { socket, outbound, endTurn, say } = makeOutbound();
    socket.isStuck = true;
    say(10);
    endTurn();
    outbound.error('Invalid Subject');
    outbound.finish();
    expect(socket.writes.at(-1)).toBe("-ERR 'Invalid Subject'\r\n");
    say(10);
    outbound.finish();
    socket.drain();
    endTurn();
    expect(socket.writes).toHaveLength(2);
  });

  test('writes nothing to a socket that is gone', () => {
    const { socket, endTurn, say } = makeOutbound();
    say(10);
    socket.destroyed = true;
    endTurn();
    expect(socket.writes).toEqual([]);
  });
});
