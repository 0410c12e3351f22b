export { readCommandLine } from './command-line.ts';
export type { Command } from './command-line.ts';
export { helpText } from './help-text.ts';
export { brokenRelations, limits } from './limits.ts';
export { readSettings } from './read-settings.ts';
export type { Setting, SettingKind } from './setting.ts';
export { SettingsError } from './settings-error.ts';
export { defaultText, settingRows } from './settings.ts';
export type { Settings } from './settings.ts';
