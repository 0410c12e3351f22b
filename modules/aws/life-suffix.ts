import { DataResource } from '../cdk.ts';
import type { Site } from './site.ts';

const alphabet = 36;
const suffixLength = 5;

/**
 * Five characters that another life of the same environment does not have, from the moment of its first
 * deployment; they repeat after 700 days. The state remembers them: a record that was lost names no cluster
 * anew.
 */
export function lifeSuffix({ scope, settings, after }: Omit<Site, 'suffix'>): string {
  const life = new DataResource(scope, 'life', {
    input: { suffix: suffixOf(settings.record.created) },
    lifecycle: { ignoreChanges: ['input'] },
    dependsOn: [...after],
  });
  return `\${${life.fqn}.output.suffix}`;
}

function suffixOf(created: string): string {
  const seconds = Math.floor(Date.parse(created) / 1000);
  return (seconds % alphabet ** suffixLength).toString(alphabet).padStart(suffixLength, '0');
}
