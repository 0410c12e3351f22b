/** Milliseconds of the machine's monotonic clock: the same clock in every thread and process. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
