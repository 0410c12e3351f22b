import type { GroupSettings } from '../../../core/groups/index.ts';
import { badApiRequest } from './api-reply.ts';
import type { ApiError } from './api-reply.ts';
import type { RequestFields } from './request-fields.ts';

// What JetStream has no field for, a client says in the consumer's metadata: texts that every NATS client can send and see.

const keyHeaderField = 'thebes.key-header';
const ourFields = 'thebes.';

/**
 * What the `metadata` of a consumer's config says of the group. Other people's entries say nothing and are not
 * kept; ours that nobody knows are refused, or a slip of the pen would be a group without its order.
 */
export function wantedMetadata(config: RequestFields): Pick<GroupSettings, 'keyHeader'> | ApiError {
  const unknown = config
    .namedTexts('metadata')
    .find(({ key }) => key.toLowerCase().startsWith(ourFields) && key !== keyHeaderField);
  if (unknown !== undefined) {
    return badApiRequest(`metadata ${unknown.key} is not known; there is ${keyHeaderField}`);
  }
  const header = config.object('metadata').text(keyHeaderField);
  return { keyHeader: header === '' ? null : header };
}

/** The same as a consumer's config shows it. */
export function metadataOf({ keyHeader }: GroupSettings): object {
  return keyHeader === null ? {} : { metadata: { [keyHeaderField]: keyHeader } };
}
