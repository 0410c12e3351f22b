// `npm run check`: everything that can be said about the source without running it.
//
//   npm run check                     all steps
//   npm run check -- lint types       only these
//
// Each step is also a script of its own (`npm run check:lint`). Tests are `npm test`.
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';

// The slowest first, so that they overlap.
const steps = ['lint', 'types', 'format', 'generated', 'boundaries', 'unused'];

interface StepResult {
  readonly step: string;
  readonly passed: boolean;
  readonly output: string;
  readonly seconds: number;
}

async function runStep(step: string): Promise<StepResult> {
  const start = performance.now();
  const child = spawn('npm', ['run', '--silent', `check:${step}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const passed = await new Promise<boolean>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0));
  });
  return { step, passed, output, seconds: (performance.now() - start) / 1000 };
}

function report({ step, passed, output, seconds }: StepResult): void {
  console.log(`${passed ? 'passed' : 'FAILED'}  check:${step.padEnd(10)} ${seconds.toFixed(1)} s`);
  if (!passed) console.log(`${output.trimEnd()}\n`);
}

async function runAll(wanted: readonly string[]): Promise<readonly StepResult[]> {
  const waiting = [...wanted];
  const results: StepResult[] = [];
  const worker = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const result = await runStep(step);
      report(result);
      results.push(result);
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker));
  return results;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((step) => !steps.includes(step));
if (unknown.length > 0) {
  console.error(`Unknown step ${unknown.join(', ')}. Steps: ${steps.join(', ')}.`);
  process.exitCode = 2;
} else {
  const results = await runAll(wanted.length > 0 ? wanted : steps);
  const failed = results.filter(({ passed }) => !passed).length;
  // .ci/run reads this line.
  console.log(`check: ${results.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
