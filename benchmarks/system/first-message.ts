import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort, registerRelease } from '../../tests/support/index.ts';
import { atMost, monotonicMs, peerNames } from '../harness/index.ts';
import type { Row, RowContext } from '../harness/index.ts';

const time = 'git clone and npm run up';
/** The offset is added to every default port; the largest of them is 9000. */
const portOffsetMax = 65_535 - 9000;
const clientPort = 6666;

/** From an empty folder to a deployed broker through which two groups have received everything. */
export const firstMessageRow: Row = {
  id: 'first-message',
  title: 'clone to first message, packages cached',
  baselines: [],
  demands: atMost(time, { must: 60, goal: 30 }),
  // It installs every package: too much for a check, and the tests of `up` do it anyway.
  runsWith: ({ name }) => name === 'full',
  async measure(context) {
    const clone = join(context.directory, 'clone');
    const env = { ...process.env, KIT_ENV: 'bench', KIT_PORT_OFFSET: String(await portOffset()) };
    const startMs = monotonicMs();
    await run(context, 'git', ['clone', '--quiet', context.root, clone], {});
    registerRelease(() => {
      spawnSync('npm', ['run', '--silent', 'down'], { cwd: clone, env, stdio: 'ignore' });
    });
    await run({ ...context, root: clone }, 'npm', ['run', '--silent', 'up'], env);
    const seconds = (monotonicMs() - startMs) / 1000;
    return {
      quantities: [{ name: time, unit: 's', samples: { [peerNames.thebes]: [seconds] } }],
      facts: {},
      remarks: ['The last commit, not the working tree; one sample; taken down afterwards.'],
    };
  },
};

async function portOffset(): Promise<number> {
  for (;;) {
    const offset = (await freePort()) - clientPort;
    if (offset > 0 && offset < portOffsetMax) return offset;
  }
}

async function run(
  { root }: RowContext,
  program: string,
  parameters: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const child = spawn(program, [...parameters], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  child.stdout.on('data', (chunk) => output.push(String(chunk)));
  child.stderr.on('data', (chunk) => output.push(String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === 0) return;
  throw new Error(`${program} ${parameters.join(' ')} ended with ${code}:\n${output.join('')}`);
}
