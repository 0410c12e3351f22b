/**
 * Goal: a sandbox whose time is over is listed, lives on when it is extended, and is destroyed whole
 * when it is reaped. Method: the real scripts, cdktf and Terraform in a copy of the checkout, on a
 * simulated account; `aws`, by which the audit looks, is a stand-in.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cloudRecord, recordTarget } from '../../../modules/config/index.ts';
import { StandInPrograms } from '../../support/index.ts';
import { AwsEnvironment } from '../aws-target/aws-environment.ts';
import { Checkout } from '../local-target/checkout.ts';

jest.setTimeout(600_000);

const script = (name: string, ...args: string[]): string[] => [
  '--import',
  'tsx',
  `scripts/${name}.ts`,
  ...args,
];

describe('A sandbox', () => {
  test('is listed when its time is over, extended by hand, and reaped with nothing left', async () => {
    const environment = await AwsEnvironment.open('reaped');
    const { checkout } = environment;
    const { KIT_IMAGE, ...settings } = environment.settings('sandbox');
    const deploy = ['deploy', 'aws', '--auto-approve'];
    await environment.succeed(deploy, { ...settings, KIT_IMAGE: KIT_IMAGE ?? '' });
    const tools = new StandInPrograms([
      { call: 'aws', output: '[]' },
      { call: 'aws resourcegroupstaggingapi', output: '{"ResourceTagMappingList":[]}' },
    ]);
    const variables = {
      ...environment.variables(settings),
      PATH: `${tools.folder}:${process.env['PATH'] ?? ''}`,
    };
    const run = (name: string, ...args: string[]) =>
      checkout.node(script(name, ...args), variables);

    expect((await run('reap')).output).toContain('No sandbox is past its end.');
    const file = path.join(checkout.root, 'environments', 'reaped.json');
    const record = readFileSync(file, 'utf8');
    const ended = record.replace(/"expires": "[^"]+"/, '"expires": "2026-01-01T00:00:00.000Z"');
    writeFileSync(file, ended);
    expect((await run('reap')).output).toMatch(
      /^reaped {2}aws, sandbox, of ada, ended on 2026-01-01/,
    );

    const extended = await run('extend', 'reaped', '4h');
    expect(extended.output).toContain('aws ended on 2026-01-01T00:00:00.000Z, and ends on ');
    expect((await run('reap', '--json')).output).toBe('{\n  "due": []\n}\n');

    writeFileSync(file, ended);
    const reaped = await run('reap', '--yes');
    expect(reaped.output).toContain('Audit      reaped\nNothing is left.');
    expect(reaped.code).toBe(0);
    expect(environment.live()).toEqual([]);
    expect((await run('reap')).output).toContain('No sandbox is past its end.');
  });

  test('is neither extended by the name of a file elsewhere, nor reaped with a list asked for', async () => {
    const checkout = new Checkout('healthy');
    const elsewhere = { file: path.join(checkout.root, 'elsewhere.json'), environment: 'x' };
    const facts = { size: 'sandbox', expires: '2026-01-01T00:00:00.000Z', state: 'local' };
    recordTarget(elsewhere, 'aws', facts);
    const extended = await checkout.node(script('extend', '../elsewhere', '4h'), {});
    expect(extended.output).toContain('(ENVIRONMENT_NAME)');
    expect(readFileSync(elsewhere.file, 'utf8')).toContain(facts.expires);

    const reaped = await checkout.node(script('reap', '--yes', '--json'), {});
    expect(reaped.output).toContain('(ARGUMENT_UNKNOWN)');
    expect([extended.code, reaped.code]).toEqual([1, 1]);
  });

  test('is not reaped from a machine that does not have its state', async () => {
    const checkout = new Checkout('healthy');
    const facts = { size: 'sandbox', expires: '2026-01-01T00:00:00.000Z', state: 'local' };
    recordTarget(cloudRecord(checkout.root, 'elsewhere'), 'aws', facts);
    const { code, output } = await checkout.node(script('reap', '--yes'), {});
    expect(output).toContain('(STATE_NOT_HERE)');
    expect(output).not.toContain('cdktf destroy');
    expect(code).toBe(1);
  });
});
