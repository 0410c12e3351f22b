import { examineState } from '../../../../../modules/doctor/aws/state-bucket.ts';
import { outsideOf, Refusal } from '../../../../support/index.ts';
import { inShort } from '../in-short.ts';
import type { Answer } from '../../../../support/index.ts';
import { kitOf } from './kit-of.ts';

const inBucket = { KIT_STATE: 's3://states/thebes' };
const safe: readonly Answer[] = [
  ['aws s3api head-bucket --bucket states', ''],
  ['aws s3api get-bucket-versioning', { Status: 'Enabled' }],
  [
    'aws s3api get-bucket-encryption',
    { ServerSideEncryptionConfiguration: { Rules: [{ BucketKeyEnabled: true }] } },
  ],
];

describe('examineState', () => {
  test('finds a bucket that keeps the state safe', async () => {
    expect(inShort([await examineState(outsideOf(safe), kitOf(inBucket).aws)])).toEqual([
      'ok state: s3://states/thebes, kept safe',
    ]);
  });

  test('says what a bucket lacks and how to give it that', async () => {
    const careless: Answer[] = [
      ...safe.slice(0, 1),
      ['aws s3api get-bucket-versioning', ''],
      [
        'aws s3api get-bucket-encryption',
        Refusal.ofAws('ServerSideEncryptionConfigurationNotFoundError'),
      ],
    ];
    const examined = await examineState(outsideOf(careless), kitOf(inBucket).aws);
    expect(inShort([examined])).toEqual(['warning state: STATE_BUCKET_CARELESS']);
    expect(examined).toMatchObject({
      problem: {
        received: 'states is not versioned and not encrypted',
        next: expect.stringContaining('aws s3api put-bucket-versioning --bucket states'),
      },
    });
  });

  test.each([
    [
      'eu-central-1',
      'aws s3api create-bucket --bucket states --region eu-central-1 --create-bucket-configuration LocationConstraint=eu-central-1\n',
    ],
    ['us-east-1', 'aws s3api create-bucket --bucket states --region us-east-1\n'],
  ])('says how to make a bucket in %s that is not there', async (region, command) => {
    const outside = outsideOf([['aws s3api head-bucket', Refusal.ofAws('404')]]);
    const examined = await examineState(outside, kitOf({ ...inBucket, KIT_REGION: region }).aws);
    expect(inShort([examined])).toEqual(['problem state: STATE_BUCKET_MISSING']);
    expect(examined).toMatchObject({ problem: { next: expect.stringContaining(command) } });
  });

  test('lets a sandbox keep its state on this machine, and warns of it from small up', async () => {
    const sizes = await Promise.all(
      ['sandbox', 'small'].map((size) =>
        examineState(outsideOf([]), kitOf({ KIT_SIZE: size }).aws),
      ),
    );
    expect(inShort(sizes)).toEqual([
      'ok state: on this machine, with the sandbox',
      'warning state: STATE_LOCAL',
    ]);
  });

  test('does not look into the bucket of another cloud', async () => {
    const kit = kitOf({ KIT_STATE: 'gcs://states/thebes' });
    expect(inShort([await examineState(outsideOf([]), kit.aws)])).toEqual([
      'warning state: STATE_UNEXAMINED',
    ]);
  });
});
