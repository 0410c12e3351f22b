import { statePlaceText } from '../../config/index.ts';
import type { AwsSettings } from '../../config/index.ts';
import { block, blocks } from '../../synthesized/index.ts';
import { advice } from '../advice.ts';
import { fault, ok, warning } from '../examination.ts';
import type { Examined } from '../examination.ts';
import type { Outside } from '../../outside/index.ts';
import { askAws } from '../../outside/index.ts';

const name = 'state';

/** Whether the state is where it is kept safe, and how to make such a place. */
export async function examineState(outside: Outside, settings: AwsSettings): Promise<Examined> {
  const { state, preset, region } = settings;
  if (state.kind === 'local') {
    return preset.size === 'sandbox'
      ? ok(name, 'on this machine, with the sandbox')
      : warning(name, advice('STATE_LOCAL', undefined));
  }
  if (state.kind !== 's3') {
    return warning(name, advice('STATE_UNEXAMINED', { place: statePlaceText(state) }));
  }
  const { bucket } = state;
  const at = ['--bucket', bucket];
  const found = await askAws(outside, ['s3api', 'head-bucket', ...at]);
  if (!found.isAnswered) {
    const commands = bucketCommands(bucket, state.region ?? region).join('\n    ');
    const { reason } = found;
    return fault(name, advice('STATE_BUCKET_MISSING', { bucket, reason, commands }));
  }
  const versioning = await askAws(outside, ['s3api', 'get-bucket-versioning', ...at]);
  const encryption = await askAws(outside, ['s3api', 'get-bucket-encryption', ...at]);
  const isVersioned = versioning.isAnswered && versioning.answer['Status'] === 'Enabled';
  const rules = encryption.isAnswered
    ? blocks(block(encryption.answer, 'ServerSideEncryptionConfiguration'), 'Rules')
    : [];
  if (isVersioned && rules.length > 0) return ok(name, `${statePlaceText(state)}, kept safe`);

  const lacks = [
    ...(isVersioned ? [] : ['not versioned']),
    ...(rules.length > 0 ? [] : ['not encrypted']),
  ].join(' and ');
  const commands = safetyCommands(bucket).join('\n    ');
  return warning(name, advice('STATE_BUCKET_CARELESS', { bucket, lacks, commands }));
}

function bucketCommands(bucket: string, region: string): string[] {
  // The oldest region is the one that must not be named.
  const place =
    region === 'us-east-1' ? '' : ` --create-bucket-configuration LocationConstraint=${region}`;
  return [
    `aws s3api create-bucket --bucket ${bucket} --region ${region}${place}`,
    ...safetyCommands(bucket),
  ];
}

function safetyCommands(bucket: string): string[] {
  const encryption = '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}';
  return [
    `aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled`,
    `aws s3api put-bucket-encryption --bucket ${bucket} --server-side-encryption-configuration '${encryption}'`,
    `aws s3api put-public-access-block --bucket ${bucket} --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true`,
  ];
}
