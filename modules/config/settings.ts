import { sizes } from '../contract/index.ts';
import { awsSettings } from './aws-settings.ts';
import { cloudSettings } from './cloud-settings.ts';
import { localSettings } from './local-settings.ts';
import { choice } from './setting.ts';
import type { Setting } from './setting.ts';

/** Every setting of the kit except the name of the environment, which selects among them. */
export const settings = {
  size: choice(
    {
      variable: 'KIT_SIZE',
      place: 'size',
      meaning: 'how much of everything the environment gets',
      scope: 'kit',
    },
    sizes,
    'sandbox',
  ),
  ...localSettings,
  ...cloudSettings,
  ...awsSettings,
} satisfies Record<string, Setting<unknown>>;

/** The values of all settings, checked. */
export type SettingValues = {
  readonly [Name in keyof typeof settings]: null extends (typeof settings)[Name]['fallback']
    ? Exclude<ReturnType<(typeof settings)[Name]['parse']>, undefined> | null
    : Exclude<ReturnType<(typeof settings)[Name]['parse']>, undefined>;
};
