import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../../../modules/config/index.ts';
import { repositoryRoot } from '../../support/index.ts';
import type { Column } from '../items.ts';
import type { SdkCommand } from './sdk-program.ts';

/** The NATS clients under the SDKs for Go and Python; the first also stands in for what only the Go SDK sends. */
export type NatsClientColumn = 'nats-go' | 'nats-py';

/** A column, or a NATS client. */
export type SdkColumn = Column | NatsClientColumn;

/** One published SDK with one set of packages under it. */
export interface Sdk {
  readonly column: SdkColumn;
  /** Begins with the column: the table is filled by it. */
  readonly title: string;
  readonly command: SdkCommand;
}

/** What the test set-up found on this machine for a column. */
export interface PreparedColumn {
  readonly column: SdkColumn;
  /** Why it cannot be had here; none where it can. */
  readonly reason?: string;
  /** Why its set-up did not work although it can be had: whoever reads this is not told that it cannot. */
  readonly problem?: Problem;
  readonly sdks: readonly Sdk[];
}

const driver = (path: string): string => join(repositoryRoot, 'tests/conformance/drivers', path);

/** Where the set-up leaves word of the columns beside Node's. */
export const preparedColumnsPath = join(repositoryRoot, '.cache/conformance/columns.json');

const nodeColumn: PreparedColumn = {
  column: 'node',
  sdks: [
    {
      column: 'node',
      title: 'node: memphis-dev 1.3.2',
      command: {
        path: process.execPath,
        arguments: ['--import', 'tsx', driver('node/node-driver.ts')],
      },
    },
  ],
};

/** Every column that an SDK fills, as far as this machine goes. */
export function preparedColumns(): readonly PreparedColumn[] {
  if (!existsSync(preparedColumnsPath)) {
    throw new Error(
      `${preparedColumnsPath} is missing: npm run test:conformance prepares the SDKs`,
    );
  }
  const others = JSON.parse(readFileSync(preparedColumnsPath, 'utf8')) as PreparedColumn[];
  return [nodeColumn, ...others];
}

/** The SDKs of some columns that this machine has. */
export function sdksOf(columns: readonly SdkColumn[]): readonly Sdk[] {
  return preparedColumns()
    .filter(({ column }) => columns.includes(column))
    .flatMap(({ sdks }) => sdks);
}
