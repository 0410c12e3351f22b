import path from 'node:path';
import { fileURLToPath } from 'node:url';
import config from '../kit.config.ts';
import { App } from '../modules/cdk.ts';
import { cdktfCommand, KitError, loadKit, takeTurn } from '../modules/config/index.ts';
import { checkToolchain } from '../modules/toolchain/index.mjs';
import { addCloud } from './add-cloud.ts';
import { LocalStack } from './local.ts';

/** Writes the stacks of every target for Terraform; what is wrong for all of them ends the command. */
export async function synthesize(
  variables: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  try {
    const { problems } = checkToolchain({ variables });
    if (problems.length > 0) throw new KitError(problems);
    const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
    const kit = loadKit({ config, variables, root });
    // cdktf would ask for the version of Terraform once for each terraform_data, 50 ms each; it was looked at above.
    const app = new App({ skipValidation: true });
    await takeTurn(app.outdir, kit.environment);
    new LocalStack(app, kit);
    addCloud(app, kit, 'aws', cdktfCommand());
    app.synth();
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    // The text is for the user of the kit; where in the code it came from is not.
    console.error(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}
