import { existsSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { App, GcsBackend, LocalBackend, S3Backend } from '../cdk.ts';
import type { TerraformStack } from '../cdk.ts';
import type { StatePlace } from './state-place.ts';

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
  forgetOtherState(stack, 'local', { path: file });
}

/** Where the state of a cloud's stack is; `file` where that is this machine. */
export interface CloudStatePlace {
  readonly place: StatePlace;
  readonly file: string;
  readonly environment: string;
  /** Of the bucket, where the place does not say it. */
  readonly region: string;
}

/** Keeps the state of a stack in a bucket, `<prefix>/thebes/<environment>/<target>.tfstate`, or on this machine. */
export function keepCloudStateIn(stack: TerraformStack, at: CloudStatePlace): void {
  const { place } = at;
  if (place.kind === 'local') return keepStateIn(stack, at.file);
  const folder = [place.prefix, 'thebes', at.environment].filter((part) => part !== '').join('/');
  if (place.kind === 'gcs') {
    const prefix = `${folder}/${stack.node.id}`;
    new GcsBackend(stack, { bucket: place.bucket, prefix });
    return forgetOtherState(stack, 'gcs', { bucket: place.bucket, prefix });
  }
  const key = `${folder}/${stack.node.id}.tfstate`;
  const { bucket } = place;
  if (place.kind === 's3') {
    new S3Backend(stack, { bucket, key, region: place.region ?? at.region, encrypt: true });
  } else {
    new S3Backend(stack, {
      bucket,
      key,
      // Spaces speaks the API of S3 and knows nothing of AWS around it.
      region: 'us-east-1',
      endpoints: { s3: `https://${place.region}.digitaloceanspaces.com` },
      skipCredentialsValidation: true,
      skipRegionValidation: true,
      skipMetadataApiCheck: true,
      skipRequestingAccountId: true,
      skipS3Checksum: true,
      usePathStyle: true,
    });
  }
  // The lock is an object beside the state, made on condition that there is none; no second service is
  // needed. The class of cdktf 0.21 is older than the argument.
  stack.addOverride('terraform.backend.s3.use_lockfile', true);
  forgetOtherState(stack, 's3', { bucket, key });
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
 * memory is one small file, and without it `init` takes the new place; both states live on. A backend of
 * another kind is left to Terraform: then the state is to be moved, and it asks.
 */
function forgetOtherState(
  stack: TerraformStack,
  type: string,
  place: Readonly<Record<string, string>>,
): void {
  const workingDirectory = path.join(App.of(stack).outdir, 'stacks', stack.node.id);
  const pointer = path.join(path.resolve(workingDirectory), '.terraform', 'terraform.tfstate');
  let remembered: { backend?: { type?: string; config?: Record<string, unknown> } };
  try {
    remembered = JSON.parse(readFileSync(pointer, 'utf8')) as typeof remembered;
  } catch {
    return; // Nothing was deployed from here yet.
  }
  const { backend } = remembered;
  if (backend?.type !== type) return;
  const moved = Object.entries(place).some(([name, value]) => backend.config?.[name] !== value);
  if (moved) rmSync(pointer);
}
