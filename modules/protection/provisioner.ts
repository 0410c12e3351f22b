// The program that Terraform runs: `provisioner.ts <remember|forget> <order as JSON>`.
import { forget, remember } from './record-target.ts';
import type { ForgetOrder, RememberOrder } from './record-target.ts';

const [act, order = ''] = process.argv.slice(2);
if (act === 'remember') remember(JSON.parse(order) as RememberOrder);
else forget(JSON.parse(order) as ForgetOrder);
