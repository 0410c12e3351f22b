// `npm run audit -- [target]`: what of an environment is still in its account.
import { auditText, isClean } from '../modules/audit/index.ts';
import { cloudRecord, readEnvironmentRecord } from '../modules/config/index.ts';
import { auditTarget } from './audit-target.ts';
import { loadLocalKit } from './load-local-kit.ts';
import { runCommand } from './run-command.ts';

await runCommand(
  {
    command: 'npm run audit',
    purpose:
      'Looks for what a destroy has left in the account, by tags and by names, and says what it is. Changes nothing; ends with 1 when something is left.',
    words: [{ name: 'target', meaning: 'where to look', accepted: ['aws'], fallback: 'aws' }],
    flags: [{ name: '--json', meaning: 'prints what was found as JSON' }],
  },
  async (line) => {
    const kit = loadLocalKit();
    const { environment } = kit;
    const found = await auditTarget(kit);
    const { targets } = readEnvironmentRecord(cloudRecord(kit.root, environment));
    const isDeployed = targets['aws'] !== undefined;
    console.log(
      line.has('--json')
        ? JSON.stringify({ environment, target: 'aws', isDeployed, ...found }, null, 2)
        : [
            `Target aws, environment ${environment}${isDeployed ? ', which is deployed: all of it is listed' : ''}`,
            auditText(found),
          ].join('\n'),
    );
    return isClean(found) ? 0 : 1;
  },
);
