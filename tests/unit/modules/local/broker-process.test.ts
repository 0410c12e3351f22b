import { identify } from '../../../../modules/host/index.ts';
import type { ProcessIdentity } from '../../../../modules/host/index.ts';
import { stopProcess } from '../../../../modules/local/broker-process.ts';

/** A process that is there; `process.kill` is replaced, so nothing happens to it. */
function survivor(): ProcessIdentity {
  const identity = identify(process.pid);
  if (identity === null) throw new Error('This process does not find itself');
  return identity;
}

describe('stopProcess', () => {
  const impatient = { stopTimeoutMs: 20, killTimeoutMs: 20 };

  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('asks politely, then kills, then says that the process will not go', async () => {
    const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
    const stop = stopProcess(survivor(), () => undefined, impatient);
    await expect(stop).rejects.toThrow(/BROKER_NOT_STOPPED[^]*did not end after SIGKILL/);
    const signals = kill.mock.calls.map(([, signal]) => signal).filter((signal) => signal !== 0);
    expect(signals).toEqual(['SIGTERM', 'SIGKILL']);
  });

  test('says why a process may not be signalled', async () => {
    jest.spyOn(process, 'kill').mockImplementation((_, signal) => {
      if (signal === 0) return true;
      throw new Error('kill EPERM');
    });
    const stop = stopProcess(survivor(), () => undefined, impatient);
    await expect(stop).rejects.toThrow(/BROKER_NOT_STOPPED[^]*EPERM/);
  });
});
