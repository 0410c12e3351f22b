// Goal: the whole life of a local deployment with the real cdktf and the real Terraform. Method: a
// copy of the checkout in which a program that obeys the broker's launch contract takes its place;
// it notes each of its starts and graceful stops in its data directory.
import { appendFileSync, existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { waitUntil } from '../../support/index.ts';
import { Checkout, finished, freshEnvironment, linesOf, written } from './checkout.ts';
import type { Variables } from './checkout.ts';

// A command takes 4 s alone on a machine, and ten times that beside a full test run on two cores.
jest.setTimeout(600_000);

let checkout: Checkout;

beforeEach(() => {
  checkout = new Checkout('healthy');
});

const starts = (environment: string): number =>
  linesOf(path.join(checkout.home(environment).dataDirectory, 'starts')).length;

const stops = (environment: string): number =>
  linesOf(path.join(checkout.home(environment).dataDirectory, 'stops')).length;

/** The monitoring answer of the stand-in: the variables it was started with. */
async function brokerVariables(variables: Variables): Promise<Record<string, string>> {
  const response = await fetch(`http://127.0.0.1:${variables['KIT_MONITORING_PORT']}/healthz`);
  return ((await response.json()) as { variables: Record<string, string> }).variables;
}

async function kill(environment: string): Promise<void> {
  process.kill(checkout.brokerPid(environment) ?? 0, 'SIGKILL');
  await waitUntil(() => checkout.brokerPid(environment) === undefined);
}

async function deploy(variables: Variables): Promise<string> {
  const { code, output } = await checkout.cdktf('deploy', variables);
  if (code !== 0) throw new Error(`deploy ended with ${code}:\n${output}`);
  return output;
}

async function destroy(variables: Variables): Promise<string> {
  const { code, output } = await checkout.cdktf('destroy', variables);
  if (code !== 0) throw new Error(`destroy ended with ${code}:\n${output}`);
  return output;
}

/** Files that belong to no environment's empty Terraform state. */
const filesOf = (environment: string): string[] =>
  readdirSync(checkout.stateDirectory(environment)).filter(
    (name) => !name.startsWith('local.tfstate'),
  );

describe('the local target', () => {
  test('starts once, comes back on its data after a kill, and is taken away whole', async () => {
    const environment = await freshEnvironment('life');
    const home = checkout.home('life');
    const first = await deploy(environment);
    expect(first).toContain(`client_url = nats://127.0.0.1:${environment['KIT_CLIENT_PORT']}`);
    expect(first).toContain('admin_user = root');
    expect(statSync(home.passwordFile).mode & 0o777).toBe(0o600);
    expect(statSync(home.directory).mode & 0o777).toBe(0o700);
    expect(await brokerVariables(environment)).toMatchObject({
      THEBES_HOST: '127.0.0.1',
      THEBES_CLIENT_PORT: environment['KIT_CLIENT_PORT'],
      THEBES_DATA_DIR: home.dataDirectory,
    });

    const pid = checkout.brokerPid('life');
    expect(await deploy(environment)).toContain('No changes.');
    expect(checkout.brokerPid('life')).toBe(pid);

    await kill('life');
    await deploy(environment);
    expect(checkout.brokerPid('life')).not.toBe(pid);
    expect(starts('life')).toBe(2);

    // The process is gone already, and what it wrote is to stay.
    await kill('life');
    const kept = await destroy({ ...environment, KIT_KEEP_DATA: 'true' });
    expect(kept).toContain('Kept the data and the root password');
    expect(readdirSync(home.directory).sort()).toEqual(['data', 'root-password']);
    await deploy(environment);
    expect(starts('life')).toBe(3);

    await destroy(environment);
    expect(checkout.processes()).toEqual([]);
    expect(filesOf('life')).toEqual([]);
    expect(await destroy(environment)).toContain('No objects need to be destroyed');
  });

  test('replaces the broker gracefully when a setting or the source changes', async () => {
    const environment = await freshEnvironment('change');
    await deploy(environment);
    const first = checkout.brokerPid('change');

    const debug = { ...environment, KIT_LOG_LEVEL: 'debug' };
    await deploy(debug);
    const second = checkout.brokerPid('change');
    expect(second).not.toBe(first);
    expect(await brokerVariables(environment)).toMatchObject({ THEBES_LOG_LEVEL: 'debug' });
    expect(stops('change')).toBe(1);

    appendFileSync(path.join(checkout.root, 'broker/src/main.ts'), "console.log('new source');\n");
    await deploy(debug);
    expect(checkout.brokerPid('change')).not.toBe(second);
    expect(readFileSync(checkout.home('change').logFile, 'utf8')).toContain('new source');
    expect(stops('change')).toBe(2);

    await destroy(environment);
    expect(checkout.processes()).toEqual([]);
  });

  test('says the last log lines of a broker that does not start, and destroy cleans up', async () => {
    checkout.useBroker('ends-at-once');
    const environment = await freshEnvironment('broken');
    const failed = await checkout.cdktf('deploy', environment);
    expect(failed.code).not.toBe(0);
    expect(failed.output).toContain('The broker did not become ready');
    expect(failed.output).toContain('THEBES_FLAVOUR is not known');
    expect(checkout.processes()).toEqual([]);

    await destroy(environment);
    expect(filesOf('broken')).toEqual([]);
  });

  test('leaves nothing locked after Ctrl-C: destroy finds the process, the next deploy works', async () => {
    checkout.useBroker('never-ready');
    const environment = await freshEnvironment('ctrl-c');
    const child = checkout.startCdktf('deploy', environment);
    const ended = finished(child);
    await written(child, 'Started process');
    process.kill(-(child.pid ?? 0), 'SIGINT');
    expect((await ended).code).not.toBe(0);
    const onlyTheBroker = (): boolean =>
      checkout.processes().every((pid) => pid === checkout.brokerPid('ctrl-c'));
    await waitUntil(onlyTheBroker, { what: 'Terraform to end', timeoutMs: 30_000 });

    await destroy(environment);
    expect(checkout.processes()).toEqual([]);
    expect(filesOf('ctrl-c')).toEqual([]);

    checkout.useBroker('healthy');
    await deploy(environment);
    expect(starts('ctrl-c')).toBe(1);
  });

  test('runs two environments side by side, deployed at the same time from one checkout', async () => {
    const a = await freshEnvironment('a');
    const b = await freshEnvironment('b', Number(a['KIT_MONITORING_PORT']) + 1);
    await Promise.all([deploy(a), deploy(b)]);
    expect(checkout.brokerPid('a')).not.toBe(checkout.brokerPid('b'));
    for (const environment of [a, b]) {
      const { dataDirectory } = checkout.home(environment['KIT_ENV'] ?? '');
      expect(existsSync(dataDirectory)).toBe(true);
      expect((await brokerVariables(environment))['THEBES_DATA_DIR']).toBe(dataDirectory);
    }
    await Promise.all([destroy(a), destroy(b)]);
    expect(checkout.processes()).toEqual([]);
  });
});
