import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Kit } from '../modules/config/index.ts';
import { runChild } from './run-child.ts';

/** Runs `cdktf <args>` for an environment and returns its exit code. */
export function runCdktf(kit: Kit, args: readonly string[]): Promise<number> {
  const cdktf = createRequire(import.meta.url).resolve('cdktf-cli/bundle/bin/cdktf');
  // A folder for each environment, so that two of them can be deployed at the same time.
  const output = path.join('cdktf.out', kit.environment);
  mkdirSync(path.join(kit.root, output), { recursive: true });
  return runChild([cdktf, ...args, '--output', output], {
    cwd: kit.root,
    variables: {
      // Who is called otherwise: HashiCorp by cdktf and by Terraform, the npm registry by cdktf.
      // (Its third call, crash reports, is off in cdktf.json.)
      CHECKPOINT_DISABLE: '1',
      DISABLE_VERSION_CHECK: '1',
      // There is no provider to lock: terraform_data is part of Terraform.
      CDKTF_SKIP_PROVIDER_LOCK: 'true',
      // Without a terminal, cdktf would write its spinner as hundreds of lines.
      ...(process.stdout.isTTY ? {} : { CI: 'true' }),
    },
  });
}
