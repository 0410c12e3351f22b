/** Whose calls fill a cell: one of the published SDKs, or bytes that a test writes by hand. */
export type Column = 'node' | 'python' | 'go' | 'wire';

export const areas = [
  'Connect',
  'Station',
  'Producer',
  'Consumer',
  'Dead letters',
  'Schema',
  'Robustness',
] as const;

/** One thing that a client does and what the broker must do then. */
export interface ConformanceItem {
  readonly id: number;
  readonly area: (typeof areas)[number];
  readonly text: string;
  /** Where it can be seen; in the others nothing of the kind is ever sent. */
  readonly columns: readonly Column[];
  /** What an SDK cannot do whatever the broker answers, with the reason. */
  readonly impossible?: Partial<Record<Column, string>>;
  /** Takes longer than a test may: the drill that shows it, and the reason. */
  readonly drill?: string;
}

type Row = Omit<ConformanceItem, 'id' | 'area' | 'columns' | 'text'>;

const wire: readonly Column[] = ['wire'];
const all: readonly Column[] = ['node', 'python', 'go'];
const node: readonly Column[] = ['node'];
const python: readonly Column[] = ['python'];
const go: readonly Column[] = ['go'];
const nodeAndGo: readonly Column[] = ['node', 'go'];
const pythonAndGo: readonly Column[] = ['python', 'go'];

/** The checklist of wire-protocol.md, section 6; an item's number is its place. */
export const items: readonly ConformanceItem[] = [
  ...area(
    'Connect',
    1,
    [all, 'the right password connects: the socket that only tries it closes, the second stays'],
    [all, 'a connection token connects'],
    [all, 'a wrong password is an Authorization Violation, tried once more with the bare name'],
    [wire, 'CONNECT of `root` without the account is `root$1`'],
    [all, 'TLS with a client certificate connects (Python: with a token)'],
    [all, 'after a restart of the broker, produce and fetch go on without creating anything'],
    [all, 'closing the trial socket leaves producers and consumers active'],
    [all, 'PING is answered with PONG (idle for 5 minutes: a drill)'],
    [node, 'INFO names a version of at least 2.9.4, so that fetch works'],
    [wire, 'UNSUB of an unknown sid and doubled blanks are no error'],
    [all, 'a request that nobody listens to is answered 503 at once'],
  ),
  ...area(
    'Station',
    12,
    [all, 'a station is created, with an empty reply'],
    [all, 'creating it again with other settings is no error and changes nothing'],
    [all, '`My.Station_A` is stored as `my.station_a`, its partitions as `my#station_a$1..n`'],
    [all, 'names that are empty, too long or ill-formed are refused with the known texts'],
    [all, 'bad settings are refused with the known texts'],
    [all, 'three partitions are listed as 1, 2, 3'],
    [all, 'an unknown schema name is refused'],
    [all, 'a station is destroyed within a second, and destroying it again is no error'],
    [node, 'a waiting fetch ends when its station is destroyed'],
  ),
  ...area(
    'Producer',
    21,
    [all, 'a producer creates its missing station with the defaults'],
    [wire, 'the reply to a producer has every key that some SDK needs'],
    [all, 'a message is stored with the headers of its producer, under a rising sequence'],
    [all, 'the same message id inside the window is stored once, and again after it'],
    [all, 'the same message id is stored once per partition'],
    [all, 'producing to a destroyed station fails fast'],
    [all, 'a payload above the limit is an error, and the connection stays'],
    [all, 'a partition is chosen by its number (Python and Go: by key too)'],
    [node, 'a partition key of index 0 is accepted, and fetching by that key returns the message'],
    [go, 'four thousand unacknowledged publishes are all acknowledged'],
    [all, 'destroying a producer twice is no error'],
    [all, 'the producer of the same name on another connection survives'],
    [node, 'a destroyed producer that its SDK still holds can produce'],
  ),
  ...area(
    'Consumer',
    34,
    [all, 'a consumer creates its missing station, and its group on every partition, at once'],
    [python, 'an empty group is named like the consumer'],
    [all, 'a refused consumer shows its text'],
    [node, 'a fetch of five takes the two that are there and ends; nothing is sent to it later'],
    [node, 'a fetch of nothing ends after its second, with one CONSUMER.INFO and one pull'],
    [python, 'a fetch of ten takes the three that are there, in milliseconds'],
    [
      python,
      'twenty fetches of nothing end after 5 s each, never with an error',
      { drill: 'npm run drill:idle, for 100 s of waiting' },
    ],
    [pythonAndGo, 'a fetch of few messages asks for them as its SDK does'],
    [go, 'a wait of 12 s gets its heartbeats, and no error'],
    [all, 'members of a group share the messages, and each group gets all'],
    [all, 'a group starts at a sequence, at the end, or some messages before it'],
    [all, 'an acked message does not come again'],
    [all, 'a message that nobody settled comes again, with its sequence and time'],
    [all, 'a nacked message comes again at once, a delayed one after its delay'],
    [all, 'at the delivery limit a message stops coming and becomes a dead letter'],
    [nodeAndGo, 'sequence and time of a message are those of the store'],
    [all, 'what a cut connection left open goes to another member'],
    [all, 'a consumer created again changes the ack time and keeps the position'],
    [all, 'the group goes with its last member, and stays while there is another'],
    [
      node,
      'the SDK says so when the station of its consumer is gone',
      { drill: 'npm run drill:idle, because the SDK looks every 30 s' },
    ],
    [node, 'a station in capitals can be consumed without a producer in the process'],
    [all, 'an ack-based station drops what all groups acked, and keeps nothing without a group'],
  ),
  ...area(
    'Dead letters',
    56,
    [all, 'a dead letter that is sent again arrives with the next fetch; its ack removes it'],
    [nodeAndGo, 'a dead-letter call ends delivery for its group and keeps the reason'],
    [go, 'a group in capitals is known by its lower-case name'],
    [python, 'a term without a report becomes one dead letter after a second'],
    [all, 'a dead-letter station gets a copy that names its origin'],
    [all, 'a station without dead letters keeps none, and a dead letter sent again becomes none'],
  ),
  ...area(
    'Schema',
    62,
    [all, 'schemas of four formats are created; a changed format or a bad content is refused'],
    [nodeAndGo, 'producers from before learn of a schema before its attachment is answered'],
    [all, 'a message against its schema becomes a dead letter of that kind'],
    [all, 'a detached schema binds nobody any more'],
    [all, 'a producer of a station with a schema is told it, protobuf version 2 included'],
    [all, 'attaching needs a station and a schema that exist'],
  ),
  ...area(
    'Robustness',
    68,
    [pythonAndGo, 'indented JSON and capitalised keys are read'],
    [wire, 'garbage on any subject harms nobody, and requests are still answered'],
    [wire, 'a request that is sent twice leaves one record'],
    [python, 'an ack that is not awaited is never sent; its message becomes a dead letter'],
  ),
];

/** Rows of one area, numbered from the first. */
function area(
  name: ConformanceItem['area'],
  firstId: number,
  ...rows: readonly [columns: readonly Column[], text: string, more?: Row][]
): ConformanceItem[] {
  return rows.map(([columns, text, more], index) => ({
    id: firstId + index,
    area: name,
    columns,
    text,
    ...more,
  }));
}
