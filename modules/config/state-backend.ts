import { existsSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { App, LocalBackend } from '../cdk.ts';
import type { TerraformStack } from '../cdk.ts';

/** File of Terraform's state for a target of an environment. */
export function stateFile(stateDirectory: string, target: string): string {
  return path.join(stateDirectory, `${target}.tfstate`);
}

/**
 * Keeps the state of a stack in a file outside `cdktf.out`, by its absolute path: below a relative
 * one the state would lie in a folder that cdktf deletes when the stack vanishes from the app.
 */
export function keepStateIn(stack: TerraformStack, file: string): void {
  new LocalBackend(stack, { path: file });
  forgetOtherState(path.join(App.of(stack).outdir, 'stacks', stack.node.id), file);
}

/**
 * Removes the file of a state in which nothing is left, which Terraform keeps for ever. False when
 * something is left, and then nothing is touched.
 */
export function removeEmptyState(stateDirectory: string, target: string): boolean {
  const file = stateFile(stateDirectory, target);
  if (existsSync(file)) {
    const state = JSON.parse(readFileSync(file, 'utf8')) as { resources?: unknown[] };
    if (state.resources === undefined || state.resources.length > 0) return false;
  }
  rmSync(file, { force: true });
  rmSync(`${file}.backup`, { force: true });
  removeIfEmpty(stateDirectory);
  removeIfEmpty(path.dirname(stateDirectory));
  return true;
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Other targets and environments live here, or it was never made.
  }
}

/**
 * Terraform remembers in the working directory where the state was, and stops with "Backend
 * configuration changed" when another environment was deployed from this checkout before. The
 * memory is one small file, and without it `init` takes the new path; both states live on.
 */
function forgetOtherState(workingDirectory: string, file: string): void {
  const pointer = path.join(path.resolve(workingDirectory), '.terraform', 'terraform.tfstate');
  let remembered: { backend?: { type?: string; config?: { path?: string } } };
  try {
    remembered = JSON.parse(readFileSync(pointer, 'utf8')) as typeof remembered;
  } catch {
    return; // Nothing was deployed from here yet.
  }
  const { type, config } = remembered.backend ?? {};
  if (type === 'local' && config?.path !== file) rmSync(pointer);
}
