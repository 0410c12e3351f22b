import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { connectMemphis, repositoryRoot, startBroker, tempDir } from '../../support/index.ts';
import type { BrokerProcess } from '../../support/index.ts';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the example as `npm run up` does. */
function runExample(args: string[], variables: Record<string, string>): Promise<Ended> {
  const main = join(repositoryRoot, 'examples/bigpetstore/main.ts');
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', main, ...args],
      { cwd: repositoryRoot, env: { PATH: process.env['PATH'], ...variables } },
      (_error, stdout, stderr) => {
        resolve({ code: child.exitCode, stdout, stderr });
      },
    );
  });
}

function variablesFor(broker: BrokerProcess): Record<string, string> {
  return {
    THEBES_PORT: String(broker.clientPort),
    THEBES_PASSWORD_FILE: join(broker.dataDir, 'root-password'),
  };
}

function stationIn(stdout: string): string {
  return /station (bigpetstore-\w+) on/.exec(stdout)?.[1] ?? 'no station was named';
}

describe('examples/bigpetstore', () => {
  test('streams the sample through a broker: both groups get all of it exactly once, and nothing is left behind', async () => {
    const broker = await startBroker();
    const ended = await runExample([], variablesFor(broker));
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/input +4,957 +8,335 +8,669\n +sales +4,957 +8,335 +8,669\n/);
    expect(ended.stdout).toContain('received exactly once by each group');

    const { brokerManager } = await connectMemphis(broker);
    const streamInfo = async (station: string): Promise<string> =>
      (await brokerManager.request(`$JS.API.STREAM.INFO.${station}$1`)).string();
    expect(await streamInfo(stationIn(ended.stdout))).toContain('stream not found');

    const kept = await runExample(['--generate', '100', '--keep'], variablesFor(broker));
    expect(kept.code).toBe(0);
    expect(JSON.parse(await streamInfo(stationIn(kept.stdout)))).toMatchObject({
      state: { messages: 100 },
    });
  }, 60_000);

  test('fails with a message for people when something is missing', async () => {
    const noFile = await runExample([], {});
    expect(noFile.code).toBe(1);
    expect(noFile.stderr).toContain('THEBES_PASSWORD_FILE is not set');
    const badFile = await runExample([], { THEBES_PASSWORD_FILE: join(tempDir(), 'absent') });
    expect(badFile).toMatchObject({ code: 1, stderr: expect.stringContaining('ENOENT') as string });
    const badCount = await runExample(['--generate', 'many'], { THEBES_PASSWORD_FILE: 'x' });
    expect(badCount.stderr).toContain('Received: many. Accepted: a whole number from 1');
    const unknown = await runExample(['--fast'], {});
    expect(unknown.stderr).toContain("Unknown option '--fast'");
  }, 30_000);
});
