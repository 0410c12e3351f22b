/** What a log line says besides its message; never a secret, never a message's payload. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Takes log lines, passed in so that tests read them. An error travels as the field `err`. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}
