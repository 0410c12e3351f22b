import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Testing } from '../../modules/cdk.ts';
import { loadKit } from '../../modules/config/index.ts';
import { identify } from '../../modules/host/index.ts';
import { LocalStack } from '../../stacks/local.ts';

type Json = Record<string, unknown>;
interface Synthesized {
  readonly terraform: { readonly backend: Json };
  readonly locals: { readonly problems: readonly string[] };
  readonly resource: { readonly terraform_data: Record<string, Json> };
  readonly output: Record<string, { readonly value: string }>;
}

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'thebes-stack-'));
  mkdirSync(path.join(root, 'broker', 'src'), { recursive: true });
  writeFileSync(path.join(root, 'broker', 'src', 'main.ts'), '// a broker');
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function synthesize(variables: Record<string, string> = {}): Synthesized {
  const kit = loadKit({ config: { environments: {} }, variables, root });
  return JSON.parse(Testing.synth(new LocalStack(Testing.app(), kit))) as Synthesized;
}

function order(resource: Json | undefined): { interpreter: string[]; order: Json; when?: string } {
  const [provisioner] = resource?.['provisioner'] as [{ 'local-exec': Json }];
  const { command, interpreter, when } = provisioner['local-exec'];
  return {
    interpreter: interpreter as string[],
    order: JSON.parse(command as string) as Json,
    ...(when === undefined ? {} : { when: when as string }),
  };
}

describe('LocalStack', () => {
  test('is two terraform_data and nothing that needs a provider', () => {
    const { resource } = synthesize();
    const addresses = Object.entries(resource).flatMap(([type, resources]) =>
      Object.keys(resources).map((name) => `${type}.${name}`),
    );
    expect(addresses.sort()).toMatchInlineSnapshot(`
      [
        "terraform_data.broker",
        "terraform_data.home",
      ]
    `);
  });

  test('makes the broker wait for the home, so that destroy ends with the home', () => {
    const { broker, home } = synthesize().resource.terraform_data;
    expect(broker).toMatchObject({ depends_on: ['terraform_data.home'] });
    expect(order(broker).when).toBeUndefined();
    expect(order(broker).interpreter.at(-1)).toBe('start');
    expect(order(home).when).toBe('destroy');
    expect(order(home).interpreter.at(-1)).toBe('remove');
  });

  test('keeps the state by an absolute path outside cdktf.out', () => {
    expect(synthesize({ KIT_ENV: 'b' }).terraform.backend).toEqual({
      local: { path: path.join(root, 'state', 'b', 'local.tfstate') },
    });
  });

  test('names only what runs among its outputs, and no password', () => {
    const { output } = synthesize({ KIT_PORT_OFFSET: '10' });
    const values = Object.entries(output).map(([name, { value }]) => [name, value]);
    const home = path.join(root, 'state', 'dev', 'local');
    expect(Object.fromEntries(values)).toEqual({
      client_url: 'nats://127.0.0.1:6676',
      websocket_url: 'ws://127.0.0.1:7780',
      monitoring_url: 'http://127.0.0.1:8232',
      admin_user: 'root',
      admin_password_command: `cat '${home}/root-password'`,
      data_directory: `${home}/data`,
      log_file: `${home}/broker.log`,
    });
  });

  test('replaces the broker for another setting or another source, and for nothing else', () => {
    const triggers = (variables: Record<string, string> = {}): Json => {
      const { broker } = synthesize(variables).resource.terraform_data;
      const { run, ...rest } = broker?.['triggers_replace'] as Json;
      expect(run).toEqual(expect.any(String));
      return rest;
    };
    const usual = triggers();
    expect(triggers({ KIT_KEEP_DATA: 'true' })).toEqual(usual);
    expect(triggers({ KIT_LOG_LEVEL: 'debug' })).not.toEqual(usual);
    expect(triggers({ KIT_HOST: '0.0.0.0' })).not.toEqual(usual);
    expect(triggers({ KIT_CLIENT_PORT: '7000' })).not.toEqual(usual);
    writeFileSync(path.join(root, 'broker', 'src', 'main.ts'), '// another broker');
    expect(triggers()).not.toEqual(usual);
  });

  test('keeps the run of a broker that lives, and gives a dead one a new run', () => {
    const run = (): unknown => {
      const { broker } = synthesize().resource.terraform_data;
      return (broker?.['triggers_replace'] as Json)['run'];
    };
    const file = path.join(root, 'state', 'dev', 'local', 'broker.pid');
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ ...identify(process.pid), run: 'the first' }));
    expect(run()).toBe('the first');
    writeFileSync(file, JSON.stringify({ pid: process.pid, started: 'before', run: 'the first' }));
    expect(run()).not.toBe('the first');
  });

  test('hands problems of the target to the plan, so that destroy is not stopped by them', () => {
    const { locals, resource } = synthesize({ KIT_SIZE: 'large', KIT_CLIENT_PORT: '99999' });
    expect(locals.problems).toHaveLength(2);
    expect(locals.problems.join()).toContain('size large');
    expect(resource.terraform_data['home']).toMatchObject({
      lifecycle: { precondition: [{ condition: '${length(local.problems) == 0}' }] },
    });
  });

  test('tells destroy to keep the data when asked to', () => {
    const home = (variables: Record<string, string>): Json =>
      order(synthesize(variables).resource.terraform_data['home']).order;
    expect(home({})).toMatchObject({ keepData: false });
    expect(home({ KIT_KEEP_DATA: 'true' })).toMatchObject({ keepData: true });
  });

  test('forgets where the state of another environment was, and remembers its own', () => {
    const kit = loadKit({ config: { environments: {} }, variables: { KIT_ENV: 'b' }, root });
    const app = Testing.app({ outdir: path.join(root, 'cdktf.out') });
    const pointer = path.join(app.outdir, 'stacks', 'local', '.terraform', 'terraform.tfstate');
    mkdirSync(path.dirname(pointer), { recursive: true });
    const remember = (environment: string): void => {
      const config = { path: path.join(root, 'state', environment, 'local.tfstate') };
      writeFileSync(pointer, JSON.stringify({ backend: { type: 'local', config } }));
    };
    remember('b');
    new LocalStack(app, kit);
    expect(() => rmSync(pointer)).not.toThrow();
    remember('a');
    new LocalStack(Testing.app({ outdir: app.outdir }), kit);
    expect(() => rmSync(pointer)).toThrow('ENOENT');
  });
});
