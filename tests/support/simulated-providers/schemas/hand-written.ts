import type { Attribute, ProviderSchema, Schema } from './schema.ts';

function schema(attributes: Readonly<Record<string, Attribute>>): Schema {
  return { version: 0, block: { attributes, block_types: {} } };
}

const optionalNumber: Attribute = { type: 'number', optional: true };
const optionalFlag: Attribute = { type: 'bool', optional: true };

/** Bindings know no ephemeral resources (cdktf came before them), so those in use stand here. */
const ephemeral: Readonly<Record<string, Schema>> = {
  aws_secretsmanager_secret_version: schema({
    arn: { type: 'string', computed: true },
    created_date: { type: 'string', computed: true },
    region: { type: 'string', optional: true, computed: true },
    secret_binary: { type: 'string', computed: true, sensitive: true },
    secret_id: { type: 'string', required: true },
    secret_string: { type: 'string', computed: true, sensitive: true },
    version_id: { type: 'string', optional: true, computed: true },
    version_stage: { type: 'string', optional: true, computed: true },
    version_stages: { type: ['list', 'string'], computed: true },
  }),
  random_password: schema({
    bcrypt_hash: { type: 'string', computed: true, sensitive: true },
    length: { type: 'number', required: true },
    lower: optionalFlag,
    min_lower: optionalNumber,
    min_numeric: optionalNumber,
    min_special: optionalNumber,
    min_upper: optionalNumber,
    numeric: optionalFlag,
    override_special: { type: 'string', optional: true },
    result: { type: 'string', computed: true, sensitive: true },
    special: optionalFlag,
    upper: optionalFlag,
  }),
};

/** Schema of an ephemeral resource; throws when nobody has written it down yet. */
export function ephemeralSchema(type: string): Schema {
  const found = ephemeral[type];
  if (found === undefined) {
    throw new Error(
      `No schema of the ephemeral resource ${type} is known. Known are ${Object.keys(ephemeral).join(', ')}. ` +
        'Add it to tests/support/simulated-providers/schemas/hand-written.ts.',
    );
  }
  return found;
}

/** The settings of providers that have no binding here, because only their ephemeral resources are used. */
export const unboundProviders: Readonly<Record<string, ProviderSchema['provider']>> = {
  random: schema({}),
};
