/** Main program of the socket that only answers. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { AnsweringSession } from './answering-session.ts';

const counts = new Map<string, number>();
const server = createServer({ noDelay: true }, (socket) => {
  const session = new AnsweringSession(counts, (bytes) => {
    socket.write(bytes);
  });
  socket.on('data', (chunk) => {
    session.feed(chunk);
  });
  socket.on('error', () => socket.destroy());
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(`listening on ${port}`);
});
