import { ConnectionPresence } from '../../../../../broker/src/core/connections/index.ts';
import { ManualTime } from '../../../../support/manual-time.ts';

function newPresence() {
  const time = new ManualTime();
  const presence = new ConnectionPresence(time);
  presence.addOwner((connectionId) => connectionId === 'x');
  return { presence, time };
}

describe('ConnectionPresence', () => {
  test('counts a connection id open until it was closed as often as opened', () => {
    const { presence } = newPresence();
    presence.opened('x');
    presence.opened('x');
    presence.closed('x');
    expect(presence.isOpen('x')).toBe(true);
    presence.closed('x');
    expect(presence.isOpen('x')).toBe(false);
  });

  test('is not misled by a close that nothing was opened for', () => {
    const { presence } = newPresence();
    presence.closed('x');
    presence.opened('x');
    expect(presence.isOpen('x')).toBe(true);
  });

  test('measures absence from the last close, and from the start for who never came', async () => {
    const { presence, time } = newPresence();
    await time.advance(10);
    presence.opened('x');
    await time.advance(10);
    expect([presence.absentMs('x'), presence.absentMs('y')]).toEqual([0, 20]);
    presence.closed('x');
    await time.advance(5);
    expect([presence.absentMs('x'), presence.absentMs('y')]).toEqual([5, 25]);
    presence.opened('x');
    presence.closed('x');
    expect(presence.absentMs('x')).toBe(0);
  });

  test('remembers nothing of a connection that leaves nothing behind', async () => {
    const { presence, time } = newPresence();
    await time.advance(10);
    for (const connectionId of ['x', 'y']) {
      presence.opened(connectionId);
      presence.closed(connectionId);
    }
    await time.advance(5);
    expect([presence.absentMs('x'), presence.absentMs('y')]).toEqual([5, 15]);
  });

  test('forgets when a connection closed once that is long enough ago', async () => {
    const { presence, time } = newPresence();
    presence.opened('x');
    await time.advance(10);
    presence.closed('x');
    presence.forgetAbsent(5);
    expect(presence.absentMs('x')).toBe(0);
    await time.advance(6);
    presence.forgetAbsent(5);
    expect(presence.absentMs('x')).toBe(16); // as if it had never come
  });
});
