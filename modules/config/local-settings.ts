import { isIP } from 'node:net';
import { choice, flag, text, wholeNumber } from './setting.ts';
import type { Setting } from './setting.ts';

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

const port = { min: 1, max: 65_535, fallback: null };

/** What the target `local` alone can be told. */
export const localSettings = {
  keepData: flag(
    {
      variable: 'KIT_KEEP_DATA',
      place: 'local.keepData',
      meaning: 'destroy leaves the data and the root password where they are',
      // Not only of the target: a destroy that misread it would delete what was to be kept.
      scope: 'kit',
    },
    false,
  ),
  host: text(
    {
      variable: 'KIT_HOST',
      place: 'local.host',
      meaning: 'address on which the local broker listens',
      scope: 'local',
    },
    {
      accepted: 'an IP address of this machine, or localhost',
      matches: (value) => isIP(value) !== 0 || value === 'localhost',
    },
    '127.0.0.1',
  ),
  portOffset: wholeNumber(
    {
      variable: 'KIT_PORT_OFFSET',
      place: 'local.portOffset',
      meaning: 'added to the usual number of every port that is not set by itself',
      scope: 'local',
    },
    // Up to where the highest usual port is still a port.
    { min: 0, max: 50_000, fallback: 0 },
  ),
  clientPort: wholeNumber(
    {
      variable: 'KIT_CLIENT_PORT',
      place: 'local.clientPort',
      meaning: 'port for clients (usually 6666)',
      scope: 'local',
    },
    port,
  ),
  webSocketPort: wholeNumber(
    {
      variable: 'KIT_WEBSOCKET_PORT',
      place: 'local.webSocketPort',
      meaning: 'port for NATS over WebSocket (usually 7770)',
      scope: 'local',
    },
    port,
  ),
  monitoringPort: wholeNumber(
    {
      variable: 'KIT_MONITORING_PORT',
      place: 'local.monitoringPort',
      meaning: 'port for health and monitoring (usually 8222)',
      scope: 'local',
    },
    port,
  ),
  logLevel: choice(
    {
      variable: 'KIT_LOG_LEVEL',
      place: 'local.logLevel',
      meaning: 'least important line the local broker logs',
      scope: 'local',
    },
    logLevels,
    'info',
  ),
} satisfies Record<string, Setting<unknown>>;
