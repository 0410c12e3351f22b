// The broker with a planted fault: nobody else counts as a member of a group.
import { GroupMembership } from '../../../broker/dist/core/groups/index.js';

GroupMembership.prototype.isActive = () => false;
