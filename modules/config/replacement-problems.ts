import type { Problem } from '../toolchain/index.mjs';
import { problem } from './catalogue.ts';

/** Settings whose other value would make the cloud build something anew, and what would be lost (iac.md 2.1, 3.5). */
const replacedBy: Readonly<Record<string, string>> = {
  tier: 'between sandbox and the larger sizes lie another database, another key and another engine: the messages and metadata would be gone',
  region:
    'everything would be built anew in the other region, and the messages and metadata here would be gone',
  database:
    'metadata would begin anew in the other place: stations, users and schemas would be gone',
};

/**
 * What of the settings that are fixed for an environment's life has another value than when it was
 * deployed. The synthesis cannot see Terraform's plan, so it compares with what was recorded.
 */
export function replacementProblems(
  environment: string,
  recorded: Readonly<Record<string, string>> | undefined,
  wanted: Readonly<Record<string, string>>,
): Problem[] {
  return Object.entries(recorded ?? {}).flatMap(([name, before]) => {
    const now = wanted[name];
    return now === undefined || now === before
      ? []
      : [
          problem('REPLACEMENT_REFUSED', {
            setting: name === 'tier' ? 'size' : name,
            before,
            now,
            consequence: replacedBy[name] ?? 'it would be built anew',
            environment,
          }),
        ];
  });
}
