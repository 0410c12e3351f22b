// `npm test`: installs what is missing, prepares what the tests need, runs Jest. Arguments go to
// Jest: `npm test -- tests/unit --testNamePattern retention`.
import { preparedRun } from './prepared-run.mjs';

await preparedRun('run-tests.ts');
