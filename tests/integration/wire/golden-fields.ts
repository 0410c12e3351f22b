type Fields = Readonly<Record<string, unknown>>;

/** How our answers differ from the recorded ones wherever an object of some kind stands, and why. */
export interface FieldDifference {
  readonly reason: string;
  /** The object as we send it; undefined for an object of another kind. */
  change(fields: Fields): Fields | undefined;
}

/** Groups have both names (wire-protocol.md 3.3). */
export const groupsHaveBothNames: FieldDifference = {
  reason: 'newer NATS clients look for `name` in the settings of a consumer',
  change: (fields) =>
    'durable_name' in fields && !('name' in fields)
      ? inserted(fields, 'durable_name', { name: fields['durable_name'] })
      : undefined,
};

export const groupsHaveNoLastActive: FieldDifference = {
  reason: 'when a group was last active is kept by nobody and read by no SDK',
  change: (fields) =>
    'consumer_seq' in fields && 'last_active' in fields
      ? without(fields, 'last_active')
      : undefined,
};

export const publishErrorsHaveType: FieldDifference = {
  reason: 'the old server left the type of the answer out, which other NATS clients look at',
  change: (fields) =>
    'error' in fields && 'seq' in fields && !('type' in fields)
      ? { type: 'io.nats.jetstream.api.v1.pub_ack_response', ...fields }
      : undefined,
};

export const streamsAreStations: FieldDifference = {
  reason:
    'what stations do not have is left out; messages can be had directly, and no single one be deleted',
  change: (fields) =>
    'allow_direct' in fields
      ? {
          ...without(fields, 'tiered_storage_enabled', 'compression', 'consumer_limits'),
          allow_direct: true,
          deny_delete: true,
        }
      : undefined,
};

export const streamsHaveNoLeader: FieldDifference = {
  reason: 'one machine has no leader to name',
  change: (fields) =>
    'cluster' in fields && 'config' in fields ? without(fields, 'cluster') : undefined,
};

export const messagesHaveNoTenant: FieldDifference = {
  reason: 'both are always empty, and no client reads them',
  change: (fields) =>
    'tenant_name' in fields ? without(fields, 'reply_subject', 'tenant_name') : undefined,
};

export const errorsHaveNoPage: FieldDifference = {
  reason: 'an error is its type and its three fields (wire-protocol.md 3.1), not a page of a list',
  change: (fields) =>
    'error' in fields && 'limit' in fields
      ? without(fields, 'total', 'offset', 'limit')
      : undefined,
};

/** What the old server's store needed for a message beside its subject, headers and payload. */
const storedMessageBytes = 34;

export const bytesAreOfMessages: FieldDifference = {
  reason: 'bytes are those of headers and payloads, without what storing them costs',
  change(fields) {
    const { config, state } = fields as { config?: { name: string }; state?: Fields };
    if (config === undefined || state === undefined || state['messages'] === 0) return undefined;
    const overhead = storedMessageBytes + `${config.name}.final`.length;
    const bytes = Number(state['bytes']) - Number(state['messages']) * overhead;
    return { ...fields, state: { ...state, bytes } };
  },
};

/** A recorded answer as we send it; undefined where none of the differences has anything to say of it. */
export function asWeAnswer(
  recorded: unknown,
  differences: readonly FieldDifference[],
): { readonly answer: unknown; readonly used: ReadonlySet<FieldDifference> } {
  const used = new Set<FieldDifference>();
  const changed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(changed);
    if (typeof value !== 'object' || value === null) return value;
    let fields: Fields = value as Fields;
    for (const difference of differences) {
      const instead = difference.change(fields);
      if (instead === undefined) continue;
      used.add(difference);
      fields = instead;
    }
    return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, changed(field)]));
  };
  return { answer: changed(recorded), used };
}

function without(fields: Fields, ...keys: string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !keys.includes(key)));
}

function inserted(fields: Fields, after: string, more: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, field]) =>
      key === after ? [[key, field], ...Object.entries(more)] : [[key, field]],
    ),
  );
}
