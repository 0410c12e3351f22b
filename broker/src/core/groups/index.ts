export type {
  GroupChange,
  GroupMove,
  GroupSettings,
  GroupStart,
  GroupState,
  GroupTarget,
} from './group.ts';
export { changedSettings, sameSettings } from './group-settings.ts';
export { GroupMembership } from './group-membership.ts';
export type { MemberRequest } from './group-membership.ts';
export { checkedGroupRequest } from './group-request.ts';
export type { CheckedGroupRequest, GroupRequest } from './group-request.ts';
export type { Member } from './member.ts';
