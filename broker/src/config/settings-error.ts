import { BrokerErrors } from '../core/errors/index.ts';

/** Everything that is wrong with how the broker was started, at once. */
export class SettingsError extends BrokerErrors {
  override readonly name = 'SettingsError';
}
