// `npm run up`: deploys the local target and sends the first messages through it.
import { preparedRun } from './prepared-run.mjs';

await preparedRun('deploy-local.ts', { testTools: false });
