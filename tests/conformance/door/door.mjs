// Loaded before the built broker (`node --import door.mjs broker/dist/main.js`): lets a test look at dead letters,
// resend them and change users, as people will by the management API. It opens a socket at CONFORMANCE_DOOR, takes one JSON
// call per connection and answers with one JSON line. The broker behind it is the real one, unchanged.
import { createServer } from 'node:net';
import process from 'node:process';
import { DeadLetters } from '../../../broker/dist/core/dead-letters/index.js';
import { StationRegistry } from '../../../broker/dist/core/stations/index.js';
import { Authenticator } from '../../../broker/dist/core/users/index.js';

/** The objects of the running broker, as soon as it used them once. */
const held = {};
hold(StationRegistry, 'load', 'stations');
hold(Authenticator, 'load', 'authenticator');
// Called by every ack of a dead letter; the test sends one of none.
hold(DeadLetters, 'find', 'deadLetters');

const operations = {
  async list({ station }) {
    const letters = await held.deadLetters.list(stationNamed(station), {
      afterId: 0,
      countMax: 1000,
    });
    return letters.map(({ message, headerBytes, ...letter }) => ({
      ...letter,
      headers: Buffer.from(message.subarray(0, headerBytes)).toString('latin1'),
      payload: Buffer.from(message.subarray(headerBytes)).toString('latin1'),
    }));
  },
  async resend({ station, operation }) {
    const run = held.deadLetters.resend({
      operation,
      station: stationNamed(station),
      ids: undefined,
      throughId: undefined,
      countPerSecond: 1000,
    });
    return run.done;
  },
  async putUser({ user }) {
    await held.authenticator.putUser(user);
  },
};

createServer({ allowHalfOpen: true }, (socket) => {
  // Not read by iteration, which would destroy the socket before it is answered.
  let line = '';
  socket.setEncoding('utf8').on('data', (text) => (line += text));
  socket.on('error', () => undefined);
  socket.on('end', () => {
    void answer(line).then((text) => socket.end(text));
  });
})
  .listen(process.env.CONFORMANCE_DOOR)
  .unref();

async function answer(line) {
  try {
    const call = JSON.parse(line);
    return JSON.stringify({ value: await operations[call.do](call) });
  } catch (error) {
    return JSON.stringify({ error: String(error) });
  }
}

function stationNamed(name) {
  const station = held.stations.find(name);
  if (station === undefined) throw new Error(`No station ${name}`);
  return station;
}

/** Keeps the object whose method is called first. */
function hold(Class, method, name) {
  const original = Class.prototype[method];
  Class.prototype[method] = function (...args) {
    held[name] = this;
    return original.apply(this, args);
  };
}
