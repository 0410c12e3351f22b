import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { registerRelease } from '../../tests/support/index.ts';
import { atMost, monotonicMs, peerNames, treeMemoryBytes } from '../harness/index.ts';
import type { Row, RowContext } from '../harness/index.ts';

const time = 'time of cdktf synth';
const memory = 'memory of the synthesis';
const appTime = 'time of the synthesis alone';
const treeMemory = 'memory with the processes of cdktf-cli';
const MB = 1e6;
/** Between two looks at the memory of the processes. */
const lookEveryMs = 20;

interface Run {
  readonly seconds: number;
  readonly peakBytes: number;
}

/** The kit's own cost: from the command to the written plan, for the local target. */
export const synthRow: Row = {
  id: 'synth',
  title: 'cdktf synth, target local',
  baselines: [],
  demands: [...atMost(time, { must: 3, goal: 2 }), ...atMost(memory, { must: 300 })],
  async measure(context) {
    const { synthSampleCount } = context.preset;
    const whole: Run[] = [];
    const alone: Run[] = [];
    for (let sample = 0; sample < synthSampleCount; sample += 1) {
      whole.push(await runMeasured(context, wholeCommand(context, sample), {}));
      const outdir = join(context.directory, `app-${sample}`);
      alone.push(await runMeasured(context, appCommand(context), { CDKTF_OUTDIR: outdir }));
    }
    const of = (runs: readonly Run[], figure: (run: Run) => number) => ({
      [peerNames.thebes]: runs.map(figure),
    });
    return {
      quantities: [
        { name: time, unit: 's', samples: of(whole, ({ seconds }) => seconds) },
        { name: memory, unit: 'MB', samples: of(alone, ({ peakBytes }) => peakBytes / MB) },
        { name: appTime, unit: 's', samples: of(alone, ({ seconds }) => seconds) },
        { name: treeMemory, unit: 'MB', samples: of(whole, ({ peakBytes }) => peakBytes / MB) },
      ],
      facts: {},
      remarks: [
        'The memory that the budget bounds is that of the program in cdktf.json, which is ours; cdktf-cli starts some processes of its own around it. Sums of resident memory count shared pages once per process.',
      ],
    };
  },
};

function wholeCommand({ root, directory }: RowContext, sample: number): readonly string[] {
  const cdktf = createRequire(join(root, 'package.json')).resolve('cdktf-cli/bundle/bin/cdktf');
  return [cdktf, 'synth', '--output', relative(root, join(directory, `synth-${sample}`))];
}

/** The program that cdktf-cli would start, without it. */
function appCommand({ root }: RowContext): readonly string[] {
  const { app } = JSON.parse(readFileSync(join(root, 'cdktf.json'), 'utf8')) as { app: string };
  return app.split(' ').slice(1);
}

async function runMeasured(
  { root }: RowContext,
  parameters: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Run> {
  const startMs = monotonicMs();
  const child = spawn(process.execPath, [...parameters], {
    cwd: root,
    env: {
      ...process.env,
      // As the scripts of the kit call it: nobody is called, nothing is drawn.
      CHECKPOINT_DISABLE: '1',
      DISABLE_VERSION_CHECK: '1',
      CDKTF_SKIP_PROVIDER_LOCK: 'true',
      CI: 'true',
      KIT_ENV: 'bench',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  registerRelease(() => {
    child.kill('SIGKILL');
  });
  const output: string[] = [];
  child.stdout.on('data', (chunk) => output.push(String(chunk)));
  child.stderr.on('data', (chunk) => output.push(String(chunk)));
  let peakBytes = 0;
  const timer = setInterval(() => {
    peakBytes = Math.max(peakBytes, treeMemoryBytes(child.pid as number));
  }, lookEveryMs);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(timer);
  if (code !== 0)
    throw new Error(`${parameters.join(' ')} ended with ${code}:\n${output.join('')}`);
  return { seconds: (monotonicMs() - startMs) / 1000, peakBytes };
}
