import { relative } from 'node:path';
import { repositoryRoot } from '../../support/index.ts';
import type { TestOutcome } from './cell.ts';

interface JestResults {
  readonly testResults: readonly {
    readonly name: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

/** The tests of the conformance suite in what `jest --json` wrote. */
export function outcomesOf(json: string): TestOutcome[] {
  const { testResults } = JSON.parse(json) as JestResults;
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, status }) => ({
      file: relative(repositoryRoot, name),
      block: ancestorTitles[0] ?? '',
      title,
      hasPassed: status === 'passed',
    })),
  );
}

/** Files of which not one test could be loaded. */
export function brokenFiles(json: string): string[] {
  const { testResults } = JSON.parse(json) as JestResults;
  return testResults
    .filter(({ assertionResults, message }) => assertionResults.length === 0 && message !== '')
    .map(({ name }) => relative(repositoryRoot, name));
}
