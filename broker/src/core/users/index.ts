export type { User, UserKind } from './user.ts';
