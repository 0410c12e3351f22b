// The program that Terraform runs: `provisioner.ts <order as JSON>`.
import { KitError } from '../config/index.ts';
import { pushImage } from './push-image.ts';
import type { PushOrder } from './push-image.ts';

const [order = ''] = process.argv.slice(2);
try {
  await pushImage(JSON.parse(order) as PushOrder, process.env, (line) => console.log(line));
} catch (error) {
  console.error(error instanceof KitError ? `\n${error.message}\n` : error);
  process.exitCode = 1;
}
