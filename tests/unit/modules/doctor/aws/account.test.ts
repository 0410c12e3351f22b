import {
  examineCaller,
  examineRegion,
  examineTool,
  principalOf,
} from '../../../../../modules/doctor/aws/account.ts';
import { outsideOf, Refusal } from '../../../../support/index.ts';
import { inShort } from '../in-short.ts';

describe('examineTool', () => {
  test.each([
    ['aws-cli/2.31.0 Python/3.13.7', 'ok aws tool: aws-cli/2.31.0'],
    ['aws-cli/1.45.11 Python/3.11', 'problem aws tool: CLOUD_TOOL_OLD'],
  ])('of %s says %s', async (version, expected) => {
    const outside = outsideOf([['aws --version', version]]);
    expect(inShort([await examineTool(outside)])).toEqual([expected]);
  });

  test('says that it is missing', async () => {
    expect(inShort([await examineTool(outsideOf([]))])).toEqual([
      'problem aws tool: CLOUD_TOOL_MISSING',
    ]);
  });
});

describe('examineCaller', () => {
  test('says who is logged in, and knows the role behind a session', async () => {
    const arn = 'arn:aws:sts::111122223333:assumed-role/deployer/me@example.com';
    const { examined, caller } = await examineCaller(
      outsideOf([['aws sts get-caller-identity', { Account: '111122223333', Arn: arn }]]),
    );
    expect(inShort([examined])).toEqual([`ok login: ${arn}, account 111122223333`]);
    expect(caller).toEqual({
      account: '111122223333',
      principal: 'arn:aws:iam::111122223333:role/deployer',
    });
  });

  test('knows nobody where nobody is logged in', async () => {
    const outside = outsideOf([
      ['aws sts get-caller-identity', new Refusal('Unable to locate credentials')],
    ]);
    const { examined, caller } = await examineCaller(outside);
    expect(inShort([examined])).toEqual(['problem login: NOT_LOGGED_IN']);
    expect(caller).toBeUndefined();
  });
});

describe('principalOf', () => {
  test('leaves a user as it is', () => {
    const user = 'arn:aws:iam::111122223333:user/team/me';
    expect(principalOf(user)).toBe(user);
  });
});

describe('examineRegion', () => {
  const call = 'aws ec2 describe-regions';
  test.each([
    ['opt-in-not-required', 'ok region: eu-central-1'],
    ['not-opted-in', 'problem region: REGION_NOT_ENABLED'],
  ])('with the status %s says %s', async (status, expected) => {
    const outside = outsideOf([[call, { Regions: [{ OptInStatus: status }] }]]);
    expect(inShort([await examineRegion(outside, 'eu-central-1')])).toEqual([expected]);
    expect(outside.commands[0]).toContain('--region us-east-1');
  });

  test.each([
    ['InvalidParameterValue', 'problem region: REGION_NOT_ENABLED'],
    ['UnauthorizedOperation', 'warning region: NOT_READABLE'],
  ])('refused by %s says %s', async (code, expected) => {
    const outside = outsideOf([[call, Refusal.ofAws(code)]]);
    expect(inShort([await examineRegion(outside, 'eu-nowhere-9')])).toEqual([expected]);
  });
});
