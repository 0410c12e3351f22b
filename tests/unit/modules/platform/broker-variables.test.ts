import { readSettings } from '../../../../broker/src/config/index.ts';
import { sizes } from '../../../../modules/contract/index.ts';
import { brokerVariables, nodeOptions } from '../../../../modules/platform/broker-variables.ts';
import { presets } from '../../../../modules/presets/index.ts';

const sandbox = { database: undefined, natsServers: [] };

describe('brokerVariables', () => {
  test.each(sizes)('keep what may pile up below half of the memory (size=%s)', (size) => {
    const preset = { ...presets[size], engine: 'embedded' as const };
    const settings = readSettings(brokerVariables(preset, { kind: 'none' }, sandbox));
    const piledUp =
      settings.connectionCountMax * 50 * 1024 +
      settings.totalPartitionCountMax * 5000 +
      settings.memoryStationBytesMax;
    expect(piledUp).toBeLessThan((preset.broker.memoryMiB * 1024 ** 2) / 2);
  });

  test('leave the certificate to the load balancer where that ends TLS', () => {
    const variables = brokerVariables(presets.sandbox, { kind: 'managed' }, sandbox);
    expect(Object.keys(variables).filter((name) => name.includes('TLS'))).toEqual([]);
  });
});

describe('nodeOptions', () => {
  test('gives the heap half of the memory', () => {
    expect(nodeOptions(512)).toBe('--max-old-space-size=256');
  });
});
