import { pino } from 'pino';
import type { DestinationStream } from 'pino';
import { BrokerError } from '../core/errors/index.ts';
import type { Logger } from '../foundation/index.ts';

/** From the most to the least talkative. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** JSON lines on stdout, each written before the call returns: the last words of a process arrive. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: serializeError },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

/** An operating failure explains itself; anything else is a fault of the program and needs its stack. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const cause = error.cause === undefined ? {} : { cause: serializeError(error.cause) };
  if (error instanceof BrokerError) return { code: error.code, message: error.message, ...cause };
  return { type: error.name, message: error.message, stack: error.stack, ...cause };
}
