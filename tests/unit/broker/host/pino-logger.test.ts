import { BrokerError } from '../../../../broker/src/core/errors/index.ts';
import { createLogger } from '../../../../broker/src/host/index.ts';
import type { LogLevel } from '../../../../broker/src/host/index.ts';

function newLogger(level: LogLevel) {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger(level, {
    write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  });
  return { logger, lines };
}

describe('createLogger', () => {
  test('writes one JSON object per line, with level, time, process and fields', () => {
    const { logger, lines } = newLogger('info');
    logger.info({ event: 'ready', clientPort: 6666 }, 'The broker is ready');
    expect(lines).toEqual([
      {
        level: 'info',
        time: expect.stringMatching(/^20\d\d-.*Z$/),
        pid: process.pid,
        event: 'ready',
        clientPort: 6666,
        msg: 'The broker is ready',
      },
    ]);
  });

  test.each<[LogLevel, string[]]>([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
  ])('at level %s writes %j', (level, expected) => {
    const { logger, lines } = newLogger(level);
    logger.debug({}, '');
    logger.info({}, '');
    logger.warn({}, '');
    logger.error({}, '');
    expect(lines.map((line) => line['level'])).toEqual(expected);
  });

  test('shows an operating failure with its code and cause, without a stack', () => {
    const { logger, lines } = newLogger('info');
    const cause = Object.assign(new Error('no space'), { stack: 'planted stack' });
    logger.error({ err: new BrokerError('STORE_REFUSED', { cause: 'full' }, cause) }, 'x');
    expect(lines[0]?.['err']).toEqual({
      code: 'STORE_REFUSED',
      message: expect.stringContaining('the store refused it (full)'),
      cause: { type: 'Error', message: 'no space', stack: 'planted stack' },
    });
  });

  test('shows a fault of the program with its stack', () => {
    const { logger, lines } = newLogger('info');
    logger.error({ err: new TypeError('planted') }, 'x');
    expect(lines[0]?.['err']).toMatchObject({
      type: 'TypeError',
      stack: expect.stringContaining('pino-logger.test'),
    });
  });
});
