import { brokenRelations, limits, readSettings } from '../../../../broker/src/config/index.ts';

describe('limits', () => {
  test('do not contradict each other under the default settings', () => {
    expect(brokenRelations(readSettings({}))).toEqual([]);
  });

  test('do not contradict each other at the edges of the settings', () => {
    const edges = {
      THEBES_PAYLOAD_BYTES_MAX: '8388608',
      THEBES_CONTROL_LINE_BYTES_MAX: '65536',
      THEBES_STOP_TIMEOUT_MS: '2000',
    };
    expect(brokenRelations(readSettings(edges))).toEqual([]);
  });

  const settings = { payloadBytesMax: 1000, controlLineBytesMax: 1000, stopTimeoutMs: 2000 };
  test.each<[Partial<Record<keyof typeof limits, number>>, string]>([
    [{ writeBufferBytesMax: limits.deliveryBufferBytesMax }, 'is not cut for it'],
    [{ pendingPublishBytesMax: 999 }, 'always have one message on its way'],
    [{ closeTimeoutMs: 2000 }, 'connections are closed within the grace period'],
    [{ connectionIdBytesMax: 1800 }, 'fits into the store'],
    [{ lazyCommitDelayMs: 2000 }, 'is written within the grace period'],
    [{ postgresChangeTimeoutMs: 2999 }, 'a change is tried once at least'],
    [{ postgresRepairIntervalMs: 3000 }, 'before the second round looks for it'],
    [{ absenceMsMax: 1 }, 'are forgotten about when they should be'],
  ])('explains what %j breaks', (changes, explanation) => {
    const broken = brokenRelations(settings, { ...limits, ...changes });
    expect(broken).toEqual([expect.stringContaining(explanation)]);
  });
});
