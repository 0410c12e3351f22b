// `npm run cost -- [target]`: what a target costs, before it exists.
import { estimate, estimateText } from '../modules/cost/index.ts';
import { loadLocalKit } from './load-local-kit.ts';
import { runCommand } from './run-command.ts';
import { synthesizeStack } from './synthesize-stack.ts';

await runCommand(
  {
    command: 'npm run cost',
    purpose:
      'Estimates what a target costs with the settings of this run (KIT_SIZE, …), at list prices. Asks no account and makes nothing.',
    words: [
      { name: 'target', meaning: 'what would be deployed', accepted: ['aws'], fallback: 'aws' },
    ],
    flags: [{ name: '--json', meaning: 'prints the estimate as JSON' }],
  },
  async (line) => {
    const kit = loadLocalKit();
    const found = estimate(await synthesizeStack(kit, 'aws'));
    const { environment, size } = kit;
    console.log(
      line.has('--json')
        ? JSON.stringify({ environment, size, target: 'aws', ...found }, null, 2)
        : `Target aws, environment ${environment}, size ${size}\n\n${estimateText(found)}`,
    );
    return 0;
  },
);
