import path from 'node:path';
import { KitError } from '../modules/config/index.ts';
import type { Kit } from '../modules/config/index.ts';
import { localHome, localOutputs, reachableHost } from '../modules/local/index.ts';
import { loadLocalKit } from './load-local-kit.ts';
import { runCdktf } from './run-cdktf.ts';
import { runChild } from './run-child.ts';
import { runScript } from './run-script.ts';

await runScript(async () => {
  const kit = loadLocalKit();
  if (kit.local.problems.length > 0) throw new KitError(kit.local.problems);

  console.log(`Deploy     cdktf deploy local (environment ${kit.environment})\n`);
  const deployed = await runCdktf(kit, ['deploy', 'local', '--auto-approve']);
  if (deployed !== 0) return failed(deployed, 'The deployment did not succeed');

  console.log(
    '\nExample    examples/bigpetstore: two consumer groups count a stream of purchases\n',
  );
  const counted = await runExample(kit);
  if (counted !== 0) return failed(counted, 'The broker runs, but the example did not succeed');

  console.log(summary(kit));
  return 0;
});

function runExample(kit: Kit): Promise<number> {
  return runChild(['--import', 'tsx', path.join('examples', 'bigpetstore', 'main.ts')], {
    cwd: kit.root,
    variables: {
      THEBES_HOST: reachableHost(kit.local.host),
      THEBES_PORT: String(kit.local.ports.client),
      THEBES_USER: localOutputs(kit).admin_user,
      THEBES_PASSWORD_FILE: localHome(kit.stateDirectory).passwordFile,
    },
  });
}

function failed(code: number, what: string): number {
  console.error(`\n${code === 130 ? 'Interrupted' : what}; the reason is above.`);
  console.error('npm run up tries again; npm run down removes everything that was deployed.');
  return code;
}

function summary(kit: Kit): string {
  const outputs = localOutputs(kit);
  const prefix = kit.environment === 'dev' ? '' : `KIT_ENV=${kit.environment} `;
  return `
A broker runs in the background (environment ${kit.environment}, target local)
  clients      ${outputs.client_url}
  health       ${outputs.monitoring_url}/readyz
  data         ${outputs.data_directory}
  log          ${outputs.log_file}

Connect with any Memphis SDK, here for Node.js (npm install memphis-dev)
  const { memphis } = require('memphis-dev');
  const connection = await memphis.connect({
    host: '${reachableHost(kit.local.host)}', port: ${kit.local.ports.client}, username: '${outputs.admin_user}', password: '...',
  });
  The password  ${outputs.admin_password_command}

What to try next
  Kill the broker and run npm run up again: it goes on with its data
  A second broker beside this one: KIT_ENV=second KIT_PORT_OFFSET=100 npm run up
  All settings: docs/guides/local.md

Take it down, data included
  ${prefix}npm run down
`;
}
