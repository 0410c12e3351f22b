import type { GroupSettings, GroupState } from '../../../core/groups/index.ts';
import { badApiRequest } from './api-reply.ts';
import type { ApiError } from './api-reply.ts';
import type { RequestFields } from './request-fields.ts';

// What JetStream has no field for, a client says in the consumer's metadata: texts that every NATS client can send and see.

const keyHeaderField = 'thebes.key-header';
/** They say something and ask for nothing. They come back from clients that change a config they were shown. */
const waitingField = 'thebes.waiting-for-key';
const missedField = 'thebes.missed';
const ourFields = 'thebes.';
const known = [keyHeaderField, waitingField, missedField];

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

/**
 * The same as a consumer's config shows it, beside it how many messages of the partition wait for others of their keys, and how
 * many were removed before the group had settled them, if any.
 */
export function metadataOf({ settings, waitingForKeyCount, missedCount }: GroupState): object {
  const { keyHeader } = settings;
  const order = { [keyHeaderField]: keyHeader, [waitingField]: String(waitingForKeyCount) };
  const missed = { [missedField]: String(missedCount) };
  const metadata = { ...(keyHeader === null ? {} : order), ...(missedCount === 0 ? {} : missed) };
  return Object.keys(metadata).length === 0 ? {} : { metadata };
}
