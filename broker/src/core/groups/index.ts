export type { GroupMove, GroupSettings, GroupStart, GroupState, GroupTarget } from './group.ts';
export { GroupMembership } from './group-membership.ts';
export type { MemberRequest } from './group-membership.ts';
export { checkedGroupRequest } from './group-request.ts';
export type { CheckedGroupRequest, GroupRequest } from './group-request.ts';
export type { Member } from './member.ts';
