import { help, readOptions, UsageError } from './options.ts';
import { run } from './run.ts';

// Ctrl-C stops the stream; the station is removed before the process ends.
const interruption = new AbortController();
process.once('SIGINT', () => {
  interruption.abort();
});

try {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === undefined) {
    console.log(help.trim());
  } else {
    const agree = await run(options, interruption.signal);
    process.exitCode = interruption.signal.aborted ? 130 : agree ? 0 : 1;
  }
} catch (error) {
  if (error instanceof UsageError) console.error(error.message);
  else console.error('The example failed:', error);
  process.exitCode = 1;
}
// The SDK leaves timers behind that would keep the process alive.
process.exit();
