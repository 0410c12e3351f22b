import { KeepAlive } from '../../../../../broker/src/protocols/nats/keep-alive.ts';
import { ManualTime } from '../../../../support/manual-time.ts';
import { smallLimits } from './limits.ts';

function makeKeepAlive() {
  const time = new ManualTime();
  const state = { isHeldBack: false };
  const events = { ping: jest.fn(), onSilence: jest.fn(), isHeldBack: () => state.isHeldBack };
  return { time, state, events, keepAlive: new KeepAlive(time, smallLimits, events) };
}

describe('KeepAlive', () => {
  test('pings at each interval and reports silence when two pings went unanswered', async () => {
    const { time, events } = makeKeepAlive();
    await time.advance(99);
    expect(events.ping).not.toHaveBeenCalled();
    await time.advance(101);
    expect(events.ping).toHaveBeenCalledTimes(2);
    expect(events.onSilence).not.toHaveBeenCalled();
    await time.advance(100);
    expect(events.ping).toHaveBeenCalledTimes(2);
    expect(events.onSilence).toHaveBeenCalledTimes(1);
    expect(time.timerCount).toBe(0);
  });

  test('takes anything that comes for an answer', async () => {
    const { time, events, keepAlive } = makeKeepAlive();
    for (let round = 0; round < 10; round++) {
      await time.advance(150);
      keepAlive.onData();
    }
    expect(events.onSilence).not.toHaveBeenCalled();
  });

  test('does not blame a client for the time in which it was not read', async () => {
    const { time, state, events } = makeKeepAlive();
    state.isHeldBack = true;
    await time.advance(1000);
    expect(events.onSilence).not.toHaveBeenCalled();
    state.isHeldBack = false;
    await time.advance(300);
    expect(events.onSilence).toHaveBeenCalledTimes(1);
  });

  test('leaves no timer behind', () => {
    const { time, keepAlive } = makeKeepAlive();
    keepAlive.stop();
    expect(time.timerCount).toBe(0);
  });
});
