// `npm run test:conformance`: installs what is missing, then runs the published SDKs against the built
// broker and prints what works.
import { preparedRun } from './prepared-run.mjs';

await preparedRun('run-conformance.ts');
