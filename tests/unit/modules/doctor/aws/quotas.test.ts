import { examineQuotas } from '../../../../../modules/doctor/aws/quotas.ts';
import { outsideOf, Refusal } from '../../../../support/index.ts';
import { inShort } from '../in-short.ts';
import type { Answer } from '../../../../support/index.ts';
import { kitOf } from './kit-of.ts';

const quota = 'aws service-quotas get-service-quota --service-code';
const room: readonly Answer[] = [
  [`${quota} ec2 --quota-code L-1216C47A`, { Quota: { Value: 32 } }],
  [`${quota} vpc --quota-code L-F678F1CE`, { Quota: { Value: 5 } }],
  [`${quota} ec2 --quota-code L-0263D0A3`, { Quota: { Value: 5 } }],
  ['aws ec2 describe-vpcs', { Vpcs: [{}, {}] }],
  ['aws ec2 describe-addresses', { Addresses: [{}, {}] }],
];

describe('examineQuotas', () => {
  test('counts what a size needs beside what is in use', async () => {
    const examined = await examineQuotas(outsideOf(room), kitOf({ KIT_SIZE: 'large' }).aws);
    expect(inShort(examined)).toEqual([
      'ok quota of processors of on-demand instances: 32, of which 0 are in use and 24 are needed',
      'ok quota of VPCs: 5, of which 2 are in use and 1 are needed',
      'ok quota of elastic addresses: 5, of which 2 are in use and 3 are needed',
    ]);
  });

  test('asks for no address where there is no gateway, and for spot processors where nodes are spot', async () => {
    const answers: Answer[] = [
      ...room,
      [`${quota} ec2 --quota-code L-34B43A08`, { Quota: { Value: 1 } }],
    ];
    const examined = await examineQuotas(outsideOf(answers), kitOf({ KIT_SPOT: 'true' }).aws);
    expect(inShort(examined)).toEqual([
      'warning quota of processors of spot instances: QUOTA_SMALL',
      'ok quota of VPCs: 5, of which 2 are in use and 1 are needed',
    ]);
  });

  test('says how to ask for more where there is no room', async () => {
    const full: Answer[] = [...room.slice(0, 3), ['aws ec2 describe-vpcs', { Vpcs: Array(5) }]];
    const [, vpcs] = await examineQuotas(outsideOf(full), kitOf().aws);
    expect(vpcs).toMatchObject({
      verdict: 'warning',
      problem: {
        received: 'a quota of 5, 5 in use',
        next: 'aws service-quotas request-service-quota-increase --region eu-central-1 --service-code vpc --quota-code L-F678F1CE --desired-value 6',
      },
    });
  });

  test('says which could not be read', async () => {
    const answers: Answer[] = [['aws', Refusal.ofAws('AccessDeniedException')]];
    const examined = await examineQuotas(outsideOf(answers), kitOf().aws);
    expect(inShort(examined)).toEqual([
      'warning quota of processors of on-demand instances: NOT_READABLE',
      'warning quota of VPCs: NOT_READABLE',
    ]);
  });

  test.each(['sandbox', 'small', 'medium', 'large'])(
    'knows the processors of the nodes of size %s',
    async (size) => {
      const [processors] = await examineQuotas(outsideOf(room), kitOf({ KIT_SIZE: size }).aws);
      expect(JSON.stringify(processors)).toMatch(/and [1-9]\d* are needed/);
    },
  );
});
