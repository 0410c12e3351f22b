// The program that Terraform runs: `provisioner.ts <start|remove> <order as JSON>`.
import { pathToFileURL } from 'node:url';
import { KitError } from '../config/index.ts';
import { removeHome } from './remove-home.ts';
import type { RemoveOrder } from './remove-home.ts';
import { startBroker } from './start-broker.ts';
import type { StartOrder } from './start-broker.ts';

async function main([act, order]: readonly string[]): Promise<void> {
  const print = (line: string): void => console.log(line);
  // After Ctrl-C the start takes back what it has started. Where it is killed first, destroy does.
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => stop.abort(new Error(`stopped by ${name}`)));
  }
  const given = JSON.parse(order ?? '') as unknown;
  if (act === 'start') await startBroker(given as StartOrder, print, stop.signal);
  else await removeHome(given as RemoveOrder, print);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof KitError ? `\n${error.message}\n` : error);
    process.exitCode = 1;
  });
}
