import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ancestorNamed, commandOf, isAlive } from '../host/index.ts';
import type { ProcessIdentity } from '../host/index.ts';
import { problem } from './catalogue.ts';
import { KitError } from './kit-error.ts';

interface Turn extends ProcessIdentity {
  readonly environment: string;
}

/**
 * Waits until this cdktf command is the only one in the output folder.
 *
 * What is synthesized lies there until Terraform has read it. Two commands for two environments at
 * once would read each other's: one environment deployed twice, or the wrong one destroyed. A turn
 * ends with the process of its command, so there is nothing to give back and nothing to get stuck.
 */
export async function takeTurn(
  outdir: string,
  environment: string,
  { command = ancestorNamed('bin/cdktf'), timeoutMs = 60_000 } = {},
): Promise<void> {
  if (command === null) return; // Synthesized without the CLI: nothing reads it afterwards.
  mkdirSync(outdir, { recursive: true });
  const file = path.join(outdir, '.turn');
  const draft = `${file}.${command.pid}`;
  const deadline = Date.now() + timeoutMs;
  writeFileSync(draft, JSON.stringify({ ...command, environment } satisfies Turn));
  try {
    while (!claim(file, draft)) {
      const holder = readTurn(file);
      if (holder?.pid === command.pid) return;
      if (holder === null || !isAlive(holder)) giveUp(file, holder, `${draft}.dead`);
      else if (Date.now() > deadline) throw busy(outdir, holder);
      else await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Whether the file is ours now. A link is made whole or not at all, and never over another. */
function claim(file: string, draft: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the turn of a dead command, unless another waiting one was faster and it is a new turn. */
function giveUp(file: string, dead: Turn | null, removed: string): void {
  try {
    renameSync(file, removed);
  } catch {
    return; // Another one removed it.
  }
  const found = readTurn(removed);
  if (found !== null && found.pid !== dead?.pid) claim(file, removed);
  rmSync(removed, { force: true });
}

function readTurn(file: string): Turn | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Turn;
  } catch {
    return null;
  }
}

function busy(outdir: string, holder: Turn): KitError {
  const description = `process ${holder.pid} (${commandOf(holder.pid)})`;
  const { environment } = holder;
  return new KitError([
    problem('OUTPUT_FOLDER_BUSY', { outdir, holder: description, environment }),
  ]);
}
