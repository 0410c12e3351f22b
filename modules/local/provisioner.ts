// The program that Terraform runs: `provisioner.ts <start|remove> <order as JSON>`.
import { KitError } from '../config/index.ts';
import { removeHome } from './remove-home.ts';
import type { RemoveOrder } from './remove-home.ts';
import { startBroker } from './start-broker.ts';
import type { StartOrder } from './start-broker.ts';

const [act, order = ''] = process.argv.slice(2);
const print = (line: string): void => console.log(line);
try {
  if (act === 'start') await startBroker(JSON.parse(order) as StartOrder, print);
  else await removeHome(JSON.parse(order) as RemoveOrder, print);
} catch (error) {
  console.error(error instanceof KitError ? `\n${error.message}\n` : error);
  process.exitCode = 1;
}
