import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildBroker } from '../modules/image/index.ts';
import { prepareSdks } from '../tests/conformance/index.ts';
import { prepareTestServers } from './prepare-test-servers.ts';
import { runChild } from './run-child.ts';
import { runScript } from './run-script.ts';

await runScript(async () => {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..');
  prepareTestServers(root);
  const setUp = attempt(() => prepareSdks((line) => console.log(line)));
  buildBroker(root, (line) => console.log(`Broker     ${line}`));
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const status = await runChild([jest, ...process.argv.slice(2)], { cwd: root, variables: {} });
  setUp(); // last, where it is read
  return status;
});

/** Does it, and gives what throws its error later: most tests need no SDK, and what they say counts all the same. */
function attempt(step: () => void): () => void {
  try {
    step();
    return () => undefined;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
