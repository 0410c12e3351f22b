import { examineAws, examineLocal } from '../../../../modules/doctor/index.ts';
import { kitOf } from './aws/kit-of.ts';
import { outsideOf, Refusal } from '../../../support/index.ts';
import { inShort } from './in-short.ts';
import type { Answer } from '../../../support/index.ts';

const tools: readonly Answer[] = [
  ['terraform version', 'Terraform v1.11.4'],
  ['aws --version', 'aws-cli/2.31.0'],
];
const facts = { variables: {}, versions: [], policy: undefined, isRecorded: false };
const image = { KIT_IMAGE: 'ghcr.io/acme/broker:1' };

describe('examineAws', () => {
  test('asks nothing of the account where nobody is logged in', async () => {
    const outside = outsideOf([...tools, ['aws sts', new Refusal('Unable to locate credentials')]]);
    expect(inShort(await examineAws(outside, kitOf(image), facts))).toEqual([
      'ok settings: go together',
      `ok node: Node.js ${process.versions.node}`,
      'ok terraform: Terraform 1.11.4',
      'ok container engine: none needed: the image is ghcr.io/acme/broker:1',
      'ok aws tool: aws-cli/2.31.0',
      'problem login: NOT_LOGGED_IN',
    ]);
    expect(outside.commands.filter((text) => text.startsWith('aws '))).toHaveLength(2);
  });

  test('looks at the account in the order in which a deploy would fail', async () => {
    const outside = outsideOf([
      ...tools,
      ['aws', Refusal.ofAws('AccessDenied')],
      ['aws sts', { Account: '1', Arn: 'arn:aws:iam::1:user/me' }],
    ]);
    const names = (await examineAws(outside, kitOf(image), facts)).map(({ name }) => name);
    expect(names.slice(5)).toEqual([
      'login',
      'region',
      'permissions',
      'state',
      'quota of processors of on-demand instances',
      'quota of VPCs',
      'names',
    ]);
  });

  test('asks for no quota once the environment is there, for it is part of what is in use', async () => {
    const outside = outsideOf([
      ...tools,
      ['aws', Refusal.ofAws('AccessDenied')],
      ['aws sts', { Account: '1', Arn: 'arn:aws:iam::1:user/me' }],
    ]);
    await examineAws(outside, kitOf(image), { ...facts, isRecorded: true });
    expect(outside.commands.filter((text) => text.includes('quota'))).toEqual([]);
  });

  test('tells the problems and doubts of the settings', async () => {
    const kit = kitOf({ ...image, KIT_SIZE: 'medium', KIT_TLS: 'none' });
    const found = inShort(await examineAws(outsideOf(tools), kit, facts));
    expect(found).toContain('problem settings: STATE_NOT_SHARED');
    expect(found).toContain('warning settings: SETTING_DOUBTFUL');
  });

  test('says that nothing can be deployed without the bindings', async () => {
    const found = await examineAws(outsideOf(tools), kitOf(image), {
      ...facts,
      versions: undefined,
    });
    expect(inShort(found)).toContain('problem bindings: BINDINGS_MISSING');
  });
});

describe('examineLocal', () => {
  test('needs Node, Terraform and settings that go together', async () => {
    const outside = outsideOf(tools);
    const found = inShort(await examineLocal(outside, kitOf({ KIT_SIZE: 'small' }), {}));
    expect(found.slice(1)).toEqual([
      'ok terraform: Terraform 1.11.4',
      'problem settings: SIZE_NOT_ON_LOCAL',
    ]);
    expect(outside.commands).toEqual(['terraform version']);
  });
});
