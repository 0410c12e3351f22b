// Goal: what `npm run up` and `npm run down` promise, with the real broker, the published SDK in the
// example, cdktf and Terraform. (The install of a fresh clone is not part of it: the packages of the
// project are shared.)
import { existsSync } from 'node:fs';
import path from 'node:path';
import { waitUntil } from '../../support/index.ts';
import { Checkout, freshEnvironment } from './checkout.ts';

jest.setTimeout(600_000);

test('npm run up deploys and counts, goes on with its data after a kill, and npm run down leaves nothing', async () => {
  const checkout = new Checkout('real');
  const environment = await freshEnvironment('first');
  const run = async (script: string, variables = environment): Promise<string> => {
    const { code, output } = await checkout.node([path.join('scripts', script)], variables);
    if (code !== 0) throw new Error(`${script} ended with ${code}:\n${output}`);
    return output;
  };

  const up = await run('up.mjs');
  const { passwordFile, directory } = checkout.home('first');
  expect(up).toContain('Every transaction was received exactly once by each group');
  expect(up).toContain(`clients      nats://127.0.0.1:${environment['KIT_CLIENT_PORT']}`);
  expect(up).toContain(`cat '${passwordFile}'`);
  expect(up).toContain('KIT_ENV=first npm run down');

  const pid = checkout.brokerPid('first');
  process.kill(pid ?? 0, 'SIGKILL');
  await waitUntil(() => checkout.brokerPid('first') === undefined);
  expect(await run('up.mjs')).toContain('received exactly once by each group');
  expect(checkout.brokerPid('first')).not.toBe(pid);

  expect(await run('down.mjs', { KIT_ENV: 'first' })).toContain('Nothing is left');
  expect(checkout.processes()).toEqual([]);
  expect(existsSync(directory)).toBe(false);
  expect(existsSync(path.join(checkout.root, 'state'))).toBe(false);
});
