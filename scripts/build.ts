// `npm run build`: the broker into broker/dist, unless it was built from the same source before.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildBroker } from '../modules/image/index.ts';
import { runScript } from './run-script.ts';

await runScript(() => {
  buildBroker(join(dirname(fileURLToPath(import.meta.url)), '..'), console.log);
  return 0;
});
