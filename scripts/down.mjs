// `npm run down`: destroys the local target and looks that nothing is left of it.
import { preparedRun } from './prepared-run.mjs';

await preparedRun('destroy-local.ts', { testTools: false });
