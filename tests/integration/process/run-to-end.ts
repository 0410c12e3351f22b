import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { registerRelease, repositoryRoot, tempDir } from '../../support/index.ts';

/** How a broker process ended that was not meant to stay. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built broker with these settings, on free ports unless told otherwise, until it ends by itself. */
export async function runToEnd(
  settings: Readonly<Record<string, string>>,
  programArguments: readonly string[] = [],
): Promise<Ended> {
  const child = spawn(
    process.execPath,
    [join(repositoryRoot, 'broker/dist/main.js'), ...programArguments],
    {
      cwd: tempDir(),
      env: {
        PATH: process.env['PATH'],
        THEBES_CLIENT_PORT: '0',
        THEBES_WEBSOCKET_PORT: '0',
        THEBES_MONITORING_PORT: '0',
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  registerRelease(() => void child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
