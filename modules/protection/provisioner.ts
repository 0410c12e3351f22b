// The program that Terraform runs when an environment is destroyed: `provisioner.ts <order as JSON>`.
import { forgetRecord } from './forget-record.ts';
import type { ForgetOrder } from './forget-record.ts';

forgetRecord(JSON.parse(process.argv[2] ?? '') as ForgetOrder, (line) => console.log(line));
