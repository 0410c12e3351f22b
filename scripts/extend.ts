// `npm run extend -- <environment> <time>`: lets an environment live longer.
import { cloudRecord, KitError, parseLifetime, problem } from '../modules/config/index.ts';
import { extendRecord } from '../modules/lifetime/index.ts';
import type { Extension } from '../modules/lifetime/index.ts';
import { loadKitFrom } from './load-local-kit.ts';
import { runCommand } from './run-command.ts';
import { repositoryRoot } from './repository-root.ts';

await runCommand(
  {
    command: 'npm run extend',
    purpose:
      'Moves the end of an environment in its record (environments/<environment>.json), from its end or, where that has passed, from now.',
    words: [
      { name: 'environment', meaning: 'which one; its KIT_ENV' },
      { name: 'time', meaning: 'by how much: 30m, 8h, 3d, or none for no end' },
    ],
    flags: [{ name: '--json', meaning: 'prints what was moved as JSON' }],
  },
  (line) => {
    const { environment = '', time = '' } = line.words;
    const byMs = parseLifetime(time);
    if (byMs === undefined) {
      const accepted = 'minutes, hours or days as 30m, 8h, 3d (up to 90d), or none';
      const next = 'npm run extend -- <environment> <time>';
      throw new KitError([
        problem('ARGUMENT_INVALID', { name: 'time', given: time, accepted, next }),
      ]);
    }
    // Settings that are wrong, the name of the environment first, are said before anything is moved.
    loadKitFrom({ ...process.env, KIT_ENV: environment });
    const place = cloudRecord(repositoryRoot, environment);
    const moved = extendRecord(place, { byMs, now: new Date() });
    console.log(
      line.has('--json')
        ? JSON.stringify({ environment, moved }, null, 2)
        : [
            ...moved.map(movedText),
            ...overruled(environment, moved),
            `Its tags follow with the next deploy (KIT_ENV=${environment} npx cdktf deploy aws); npm run reap reads the record.`,
          ].join('\n'),
    );
    return 0;
  },
);

function movedText({ target, before, after }: Extension): string {
  if (before === null) return `${target} had no end, and has none.`;
  return after === null
    ? `${target} ended on ${before}, and has no end now.`
    : `${target} ended on ${before}, and ends on ${after} now.`;
}

/** A lifetime among the settings is counted from the first deploy, and wins over what was moved. */
function overruled(environment: string, moved: readonly Extension[]): string[] {
  const kit = loadKitFrom({ ...process.env, KIT_ENV: environment });
  const [first] = moved.filter(({ target }) => target === 'aws');
  return first === undefined || kit.aws.record.expires === first.after
    ? []
    : [
        `But the settings say otherwise (KIT_TTL, or ttl in kit.config.ts): with the next deploy it ends on ${kit.aws.record.expires ?? 'no day'}.`,
      ];
}
