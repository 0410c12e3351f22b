import { defaultText, settingRows } from '../../broker/src/config/index.ts';
import type { Generator } from './generator.ts';

/** Every setting of the broker, out of its one schema. */
export const configurationReference: Generator = {
  path: 'docs/reference/configuration.md',
  source: 'broker/src/config/settings.ts',
  render() {
    return [
      '# Configuration of the broker',
      'The broker is set up by variables of its environment, read once when it starts. A value that a setting can not have, and a variable with the prefix `THEBES_` that is no setting, end the start with exit code 78 and a message that names all of them. `node broker/dist/main.js --help` prints the same list. What `cdktf deploy` sets is decided by the settings of the kit.',
      ...settingRows().map((setting) =>
        [
          `## ${setting.environment}`,
          '',
          setting.description,
          '',
          `- **Accepted:** ${setting.kind.accepted}`,
          `- **Default:** ${defaultText(setting)}`,
        ].join('\n'),
      ),
    ].join('\n\n');
  },
};
