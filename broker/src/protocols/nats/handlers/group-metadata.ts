import type { GroupSettings, GroupState } from '../../../core/groups/index.ts';
import { badApiRequest } from './api-reply.ts';
import type { ApiError } from './api-reply.ts';
import type { RequestFields } from './request-fields.ts';

// What JetStream has no field for, a client says in the consumer's metadata: texts that every NATS client can send and see.

const keyHeaderField = 'thebes.key-header';
/** Says something and asks for nothing. It comes back from clients that change a config they were shown. */
const waitingField = 'thebes.waiting-for-key';
const ourFields = 'thebes.';
const known = [keyHeaderField, waitingField];

/**
 * What the `metadata` of a consumer's config says of the group. Other people's entries say nothing and are not
 * kept, nor is what we only show; ours that nobody knows are refused, or a slip of the pen would be a group without its order.
 */
export function wantedMetadata(config: RequestFields): Pick<GroupSettings, 'keyHeader'> | ApiError {
  const unknown = config
    .namedTexts('metadata')
    .find(({ key }) => key.toLowerCase().startsWith(ourFields) && !known.includes(key));
  if (unknown !== undefined) {
    return badApiRequest(`metadata ${unknown.key} is not known; there is ${keyHeaderField}`);
  }
  const header = config.object('metadata').text(keyHeaderField);
  return { keyHeader: header === '' ? null : header };
}

/** The same as a consumer's config shows it, and beside it how many messages of the partition wait for others of their keys. */
export function metadataOf({ settings, waitingForKeyCount }: GroupState): object {
  const { keyHeader } = settings;
  if (keyHeader === null) return {};
  const metadata = { [keyHeaderField]: keyHeader, [waitingField]: String(waitingForKeyCount) };
  return { metadata };
}
