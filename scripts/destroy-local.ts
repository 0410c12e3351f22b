import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { removeEmptyState } from '../modules/config/index.ts';
import { findBrokers, localHome, removeHome } from '../modules/local/index.ts';
import { loadLocalKit } from './load-local-kit.ts';
import { runCdktf } from './run-cdktf.ts';
import { runScript } from './run-script.ts';

await runScript(async () => {
  const kit = loadLocalKit();
  const home = localHome(kit.stateDirectory);

  console.log(`Destroy    cdktf destroy local (environment ${kit.environment})\n`);
  const destroyed = await runCdktf(kit, ['destroy', 'local', '--auto-approve']);
  if (destroyed !== 0) {
    console.error('\nNot everything was removed; the reason is above. npm run down tries again.');
    return destroyed;
  }

  // Data kept by an earlier destroy is in no state any more, so Terraform did not remove it.
  if (!kit.local.keepData && existsSync(home.directory)) {
    await removeHome({ stateDirectory: kit.stateDirectory, keepData: false }, console.log);
  }
  const left = findBrokers(home).map(({ pid }) => `process ${pid}`);
  if (!removeEmptyState(kit.stateDirectory, 'local')) left.push('resources in the state');
  if (left.length > 0) {
    console.error(`\nStill there: ${left.join(', ')}. Run npm run down again.`);
    return 1;
  }
  const output = path.join(kit.root, 'cdktf.out');
  rmSync(path.join(output, kit.environment), { recursive: true, force: true });
  if (readdirSync(output).length === 0) rmdirSync(output);
  console.log(
    existsSync(home.directory)
      ? `\nNothing runs any more; the data is kept in ${home.directory}.`
      : '\nNothing is left: no process, no listening port, no state.',
  );
  return 0;
});
