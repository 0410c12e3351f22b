import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildBroker } from '../modules/image/index.ts';
import { prepareSdks } from '../tests/conformance/index.ts';
import { prepareTestServers } from './prepare-test-servers.ts';
import { runChild } from './run-child.ts';
import { runScript } from './run-script.ts';

await runScript(() => {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..');
  prepareTestServers(root);
  prepareSdks((line) => console.log(line));
  buildBroker(root, (line) => console.log(`Broker     ${line}`));
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  return runChild([jest, ...process.argv.slice(2)], { cwd: root, variables: {} });
});
