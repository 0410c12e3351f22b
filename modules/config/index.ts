export { defineKit } from './define-kit.ts';
export { cdktfCommand } from './cdktf-command.ts';
export type { CdktfCommand } from './cdktf-command.ts';
export type { AwsEnvironment, Environment, KitConfig, LocalEnvironment } from './define-kit.ts';
export { problem } from './catalogue.ts';
export type { TlsSetting } from './cloud-settings.ts';
export {
  cloudRecord,
  forgetTarget,
  localRecord,
  readEnvironmentRecord,
  recordAccount,
  recordTarget,
} from './environment-record.ts';
export type { EnvironmentRecord, RecordPlace, TargetRecord } from './environment-record.ts';
export { KitError } from './kit-error.ts';
export { parseLifetime } from './lifetime.ts';
export { loadKit } from './load-kit.ts';
export type { AwsSettings, Kit, LocalSettings } from './load-kit.ts';
export type { CloudSettings } from './load-cloud.ts';
export type { Problem } from '../toolchain/index.mjs';
export { takeTurn } from './output-turn.ts';
export { keepCloudStateIn, keepStateIn, removeEmptyState, stateFile } from './state-backend.ts';
export type { CloudStatePlace } from './state-backend.ts';
export { statePlaceText } from './state-place.ts';
export type { StatePlace } from './state-place.ts';
export { refusedBy } from './refused-by.ts';
