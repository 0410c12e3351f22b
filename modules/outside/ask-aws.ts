import { lastLines } from '../host/index.ts';
import { object } from '../synthesized/index.ts';
import type { Json } from '../synthesized/index.ts';
import type { Outside } from './outside.ts';

/** What AWS answered, or why it did not. */
export type AwsAnswer =
  | { readonly isAnswered: true; readonly answer: Json }
  | {
      readonly isAnswered: false;
      /** `AccessDenied`, `NoSuchBucket`, …; empty where the tool itself failed. */
      readonly code: string;
      readonly reason: string;
    };

/** Asks AWS through its tool, so that it is asked as Terraform would be: same profile, same login. */
export async function askAws(outside: Outside, args: readonly string[]): Promise<AwsAnswer> {
  const { status, output, errorOutput } = await outside.run(['aws', ...args, '--output', 'json']);
  if (status === 0) {
    const text = output.trim(); // some answers are none at all
    return { isAnswered: true, answer: object(text === '' ? {} : JSON.parse(text)) };
  }
  const [, code = ''] = /\((\w+)\) when calling/.exec(errorOutput) ?? [];
  return { isAnswered: false, code, reason: lastLines(errorOutput, 2) };
}
