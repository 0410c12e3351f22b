export type { GroupSettings, GroupStart, GroupState } from './group.ts';
export type { Member } from './member.ts';
