import type { Preset, Size } from '../contract/index.ts';
import { large } from './large.ts';
import { medium } from './medium.ts';
import { sandbox } from './sandbox.ts';
import { small } from './small.ts';

/** Every size with what it decides. */
export const presets: Readonly<Record<Size, Preset>> = { sandbox, small, medium, large };
