import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { registerRelease } from '../../tests/support/index.ts';
import {
  atMost,
  atMostMeasured,
  medianOf,
  monotonicMs,
  peerNames,
  treeMemory,
} from '../harness/index.ts';
import type { Measurement, Row, RowContext } from '../harness/index.ts';

const time = 'time of cdktf synth';
const memory = 'memory of its largest process';
const sumMemory = 'memory of all its processes';
const appTime = 'time of the synthesis without cdktf-cli';
const cliTime = 'time of cdktf-cli around it';
const MB = 1e6;
/** Between two looks at the memory of the processes. */
const lookEveryMs = 20;

interface Run {
  readonly seconds: number;
  readonly largestBytes: number;
  readonly sumBytes: number;
}

/**
 * The kit's own cost: from the command to what Terraform reads, for every target at once, as each command of
 * cdktf synthesizes all of them; in the largest size.
 */
export const synthRow: Row = {
  id: 'synth',
  title: 'cdktf synth, all targets',
  baselines: [],
  demands: [
    // docs/decisions/0011-what-the-machine-allows.md
    atMostMeasured(time, 'must', 'the larger of 3 s and 1.5 × cdktf-cli itself', (run) =>
      Math.max(3, 1.5 * cliSeconds(run)),
    ),
    ...atMost(time, { goal: 2 }),
    ...atMost(memory, { must: 300 }),
  ],
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
        { name: memory, unit: 'MB', samples: of(whole, (run) => run.largestBytes / MB) },
        { name: sumMemory, unit: 'MB', samples: of(whole, (run) => run.sumBytes / MB) },
        { name: appTime, unit: 's', samples: of(alone, ({ seconds }) => seconds) },
        {
          name: cliTime,
          unit: 's',
          samples: { machine: whole.map(({ seconds }, i) => seconds - (alone[i]?.seconds ?? 0)) },
        },
      ],
      facts: {},
      remarks: [
        'cdktf-cli starts processes around the program in cdktf.json; their sum counts shared pages once for each.',
      ],
    };
  },
};

function cliSeconds(run: Measurement): number {
  const quantity = run.quantities.find(({ name }) => name === cliTime);
  return (quantity && medianOf(quantity, 'machine')) ?? 0;
}

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
      KIT_SIZE: 'large',
      KIT_ADMIN_CIDRS: '192.0.2.0/24',
      KIT_CLIENT_CIDRS: '192.0.2.0/24',
      KIT_STATE: 's3://bench/thebes',
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
  const peak = { largestBytes: 0, sumBytes: 0 };
  const timer = setInterval(() => {
    const now = treeMemory(child.pid as number);
    peak.largestBytes = Math.max(peak.largestBytes, now.largestBytes);
    peak.sumBytes = Math.max(peak.sumBytes, now.sumBytes);
  }, lookEveryMs);
  const [code] = (await once(child, 'close')) as [number | null];
  clearInterval(timer);
  if (code !== 0)
    throw new Error(`${parameters.join(' ')} ended with ${code}:\n${output.join('')}`);
  return { seconds: (monotonicMs() - startMs) / 1000, ...peak };
}
