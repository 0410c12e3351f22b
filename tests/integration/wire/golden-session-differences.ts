import { groupsHaveBothNames, groupsHaveNoLastActive } from './golden-fields.ts';
import type { FieldDifference } from './golden-fields.ts';
import type { SessionLine } from './golden-session.ts';

/** A line of the server that we send in another way, and why. */
interface LineDeviation {
  readonly step: string;
  readonly payload: unknown;
  readonly answer: unknown;
  readonly reason: string;
}

/** Lines of both sides that are not gone through again, and why. */
interface LineOmission {
  readonly fits: (line: SessionLine) => boolean;
  readonly reason: string;
}

/** A transcript of a whole session of an SDK. */
export interface Session {
  readonly file: string;
  readonly leftOut: readonly LineOmission[];
  readonly fields: readonly FieldDifference[];
  readonly deviations: readonly LineDeviation[];
}

const infoWithoutEmptyFields: FieldDifference = {
  reason: 'both are of the old server alone, and no client reads them (wire-protocol.md 1.2)',
  change: (fields) =>
    'xkey' in fields
      ? Object.fromEntries(
          Object.entries(fields).filter(([key]) => key !== 'connection_id' && key !== 'xkey'),
        )
      : undefined,
};

const socketWithoutServer: LineOmission = {
  fits: ({ socket }) => socket === 5,
  reason: 'a try to connect while there was no server',
};

const emptyAccount: FieldDifference = {
  reason: 'sizes and counts of the whole installation are not added up for it',
  change: (fields) =>
    'api' in fields
      ? { ...fields, storage: 0, streams: 0, consumers: 0, api: { total: 0, errors: 0 } }
      : undefined,
};

/** Its answer would make all numbers of partition 2 differ that follow. */
const missingPartition: LineOmission = {
  fits: ({ line, step, headers }) =>
    line.startsWith('HPUB sdk#node$0.final') ||
    (step === 'produce by partition key' && headers === 'NATS/1.0 503\r\n\r\n'),
  reason: 'stored in the last partition (wire-protocol.md 7.2), as the transcript produce shows',
};

function named(station: string): LineDeviation {
  return {
    step: 'destroy station',
    payload: 'Station  does not exist',
    answer: `Station ${station} does not exist`,
    reason: 'the old server left the name out',
  };
}

export const sessions: readonly Session[] = [
  {
    file: 'sdk-node',
    leftOut: [socketWithoutServer, missingPartition],
    fields: [groupsHaveBothNames, groupsHaveNoLastActive, infoWithoutEmptyFields, emptyAccount],
    deviations: [named('sdk.node')],
  },
  {
    file: 'sdk-python',
    leftOut: [socketWithoutServer],
    fields: [groupsHaveBothNames, infoWithoutEmptyFields],
    deviations: [named('sdk.py')],
  },
  {
    file: 'sdk-go',
    leftOut: [socketWithoutServer],
    fields: [groupsHaveBothNames, infoWithoutEmptyFields],
    deviations: [named('sdk.go')],
  },
];
