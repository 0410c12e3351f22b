import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Kit } from '../modules/config/index.ts';

/** A run of cdktf for an environment, to be started. */
export interface CdktfRun {
  /** What Node is started with. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Where it synthesizes to, a folder for each stack in it. */
  readonly stacks: string;
}

/** `cdktf <args>` for an environment. */
export function cdktfRun(kit: Kit, args: readonly string[]): CdktfRun {
  const cdktf = createRequire(import.meta.url).resolve('cdktf-cli/bundle/bin/cdktf');
  // A folder for each environment, so that two of them can be deployed at the same time.
  const output = path.join('cdktf.out', kit.environment);
  mkdirSync(path.join(kit.root, output), { recursive: true });
  return {
    args: [cdktf, ...args, '--output', output],
    cwd: kit.root,
    stacks: path.join(kit.root, output, 'stacks'),
    variables: {
      // Who is called otherwise: HashiCorp by cdktf and by Terraform, the npm registry by cdktf.
      // (Its third call, crash reports, is off in cdktf.json.)
      CHECKPOINT_DISABLE: '1',
      DISABLE_VERSION_CHECK: '1',
      // Each provider is asked for by one exact version; a lock would name the hashes of one platform.
      CDKTF_SKIP_PROVIDER_LOCK: 'true',
      // Without a terminal, cdktf would write its spinner as hundreds of lines.
      ...(process.stdout.isTTY ? {} : { CI: 'true' }),
    },
  };
}
