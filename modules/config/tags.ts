/**
 * What everything of an environment is marked with, by which an audit finds what was left behind.
 * Moments are epoch seconds: labels of Google hold no colon, tags of DigitalOcean no blank (iac.md 3.4).
 */
export function environmentTags(facts: {
  readonly environment: string;
  readonly size: string;
  readonly owner: string;
  readonly expires: string | null;
}): Readonly<Record<string, string>> {
  return {
    'kit:name': 'thebes',
    'kit:env': facts.environment,
    'kit:size': facts.size,
    'kit:owner': facts.owner,
    'kit:expires':
      facts.expires === null ? 'never' : String(Math.floor(Date.parse(facts.expires) / 1000)),
  };
}
