import { brokerVariables, reachableHost } from '../../../../modules/local/broker-settings.ts';
import { localHome } from '../../../../modules/local/index.ts';

describe('brokerVariables', () => {
  test('gives a broker its settings and nothing that happens to be set in a shell', () => {
    const settings = {
      host: '127.0.0.1',
      ports: { client: 7000, webSocket: 7700, monitoring: 8000 },
      logLevel: 'warn',
    } as const;
    const shell = {
      PATH: '/bin',
      HOME: '/home/me',
      THEBES_USER: 'me',
      KIT_ENV: 'dev',
      SECRET: 'x',
    };
    expect(brokerVariables(settings, localHome('/state/dev'), shell)).toEqual({
      PATH: '/bin',
      HOME: '/home/me',
      THEBES_HOST: '127.0.0.1',
      THEBES_CLIENT_PORT: '7000',
      THEBES_WEBSOCKET_PORT: '7700',
      THEBES_MONITORING_PORT: '8000',
      THEBES_LOG_LEVEL: 'warn',
      THEBES_DATA_DIR: '/state/dev/local/data',
      THEBES_ROOT_PASSWORD_FILE: '/state/dev/local/root-password',
    });
  });
});

describe('reachableHost', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['0.0.0.0', '127.0.0.1'],
    ['::', '[::1]'],
    ['::1', '[::1]'],
    ['localhost', 'localhost'],
  ])('is, for a broker that listens on %s, %s', (host, reachable) => {
    expect(reachableHost(host)).toBe(reachable);
  });
});
