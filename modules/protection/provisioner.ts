// The program that Terraform runs: `provisioner.ts <remember|account|forget> <order as JSON>`.
import { forget, remember, rememberAccount } from './record-target.ts';
import type { AccountOrder, ForgetOrder, RememberOrder } from './record-target.ts';

const [act, order = ''] = process.argv.slice(2);
if (act === 'remember') remember(JSON.parse(order) as RememberOrder);
else if (act === 'account') rememberAccount(JSON.parse(order) as AccountOrder);
else forget(JSON.parse(order) as ForgetOrder);
