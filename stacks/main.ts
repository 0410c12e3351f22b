import path from 'node:path';
import { fileURLToPath } from 'node:url';
import config from '../kit.config.ts';
import { App } from '../modules/cdk.ts';
import { cdktfCommand, KitError, loadKit, takeTurn } from '../modules/config/index.ts';
import { checkToolchain } from '../modules/toolchain/index.mjs';
import { addCloud } from './add-cloud.ts';
import { LocalStack } from './local.ts';

try {
  const { problems } = checkToolchain({ variables: process.env });
  if (problems.length > 0) throw new KitError(problems);
  const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
  const kit = loadKit({ config, variables: process.env, root });
  const app = new App();
  await takeTurn(app.outdir, kit.environment);
  new LocalStack(app, kit);
  await addCloud(app, kit, 'aws', cdktfCommand());
  app.synth();
} catch (error) {
  if (!(error instanceof KitError)) throw error;
  // The text is for the user of the kit; where in the code it came from is not.
  console.error(`\n${error.message}\n`);
  process.exitCode = 1;
}
