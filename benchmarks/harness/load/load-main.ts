/** Main program of the load process: runs one job after the other and reports each outcome. */
import { loadJobs } from './jobs.ts';

/** What the parent sends. */
interface JobMessage {
  readonly id: number;
  readonly name: keyof ReturnType<typeof loadJobs>;
  readonly job: never;
}

const jobs = loadJobs();

async function run(message: JobMessage): Promise<void> {
  try {
    const outcome = await jobs[message.name](message.job);
    process.send?.({ id: message.id, outcome });
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.send?.({ id: message.id, error: text });
  }
}

process.on('message', (message) => {
  void run(message as JobMessage);
});
// The parent is gone: so is the reason to run.
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });
