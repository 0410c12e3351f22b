import path from 'node:path';
import { fileURLToPath } from 'node:url';
import config from '../kit.config.ts';
import { App } from '../modules/cdk.ts';
import { cdktfCommand, KitError, loadKit, takeTurn } from '../modules/config/index.ts';
import { checkToolchain } from '../modules/toolchain/index.mjs';
import { addCloud } from './add-cloud.ts';
import { LocalStack } from './local.ts';

// Each file of a cloud's bindings carries its whole source as a map, which Node would read and keep since tsx asked for
// traces in the words of the source: 90 MB, and a tenth of the time. Loaded later than this line.
process.setSourceMapsEnabled(false);

try {
  const { problems } = checkToolchain({ variables: process.env });
  if (problems.length > 0) throw new KitError(problems);
  const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
  const kit = loadKit({ config, variables: process.env, root });
  // cdktf would ask for the version of Terraform once for each terraform_data, 50 ms each; it was looked at above.
  const app = new App({ skipValidation: true });
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
