import { exportedNames, read, sourceFiles, wordsOf } from './source-files.ts';

/**
 * Words that stand for a concept for which we have another word, with that word (docs/architecture.md,
 * "Words"). Words of the dictionary's "not" column that everyday code needs for other things (record, event,
 * body, id, commit, client, socket, function, api, app, stage) are left to review.
 */
const words: Readonly<Record<string, string>> = {
  topic: 'station',
  queue: 'station',
  stream: 'station',
  offset: 'sequence',
  cursor: 'sequence',
  publisher: 'producer',
  subscriber: 'consumer',
  rejected: 'nack or dead letter',
  poison: 'dead letter',
  dlq: 'dead letter',
  backend: 'engine',
  driver: 'engine',
  catalog: 'metadata',
  bucket: 'window',
  pipeline: 'processor',
  job: 'processor',
  tier: 'size',
  ttl: 'retention',
  exception: 'error',
};

/** Where such a word means something else. */
const exceptions: readonly { path: RegExp; word: string; reason: string }[] = [
  {
    path: /^broker\/src\/(protocols|codecs)\/nats\//,
    word: 'stream',
    reason: 'The wire protocol asks for streams by that name; stations are its streams.',
  },
  {
    path: /^broker\/src\/foundation\/.*queue\.ts$/,
    word: 'queue',
    reason: 'The data structure, which has no station in it.',
  },
  {
    path: /^broker\/src\/core\/local-engine\/commit-queue\.ts$/,
    word: 'queue',
    reason: 'Commits that wait for the disk, which have no station of their own.',
  },
];

function isException(path: string, word: string): boolean {
  return exceptions.some((exception) => exception.word === word && exception.path.test(path));
}

describe('Exported names', () => {
  const files = sourceFiles().filter((path) => /^(broker\/src|modules|stacks)\//.test(path));

  test('use one word per concept', () => {
    const offenders = files.flatMap((path) =>
      exportedNames(path).flatMap(({ name }) =>
        wordsOf(name)
          .map((word) => (word in words ? word : word.replace(/s$/, '')))
          .filter((word) => word in words && !isException(path, word))
          .map((word) => `${path}: ${name} says ${word}; our word is ${words[word]}`),
      ),
    );
    expect(offenders).toEqual([]);
  });

  test('need every exception that is listed', () => {
    const unused = exceptions.filter(
      ({ path, word }) =>
        !files.some(
          (file) =>
            path.test(file) &&
            exportedNames(file).some(({ name }) => wordsOf(name).some((w) => w.startsWith(word))),
        ),
    );
    expect(unused).toEqual([]);
  });

  test('meet the same dictionary that docs/architecture.md shows', () => {
    const page = read('docs/architecture.md');
    const missing = Object.entries(words).filter(
      ([word, ours]) => !page.includes(word) || !page.includes(ours.split(' or ')[0] ?? ''),
    );
    expect(missing).toEqual([]);
  });
});
