// Plain JavaScript with Node built-ins only: on a fresh clone nothing is there to run TypeScript.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkToolchain, renderProblem } from '../modules/toolchain/index.mjs';
import { installPackages } from './install-packages.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/**
 * Checks the tools, installs what is missing, then hands over to a TypeScript script and ends as it
 * ends.
 *
 * @param {string} script file in scripts/
 * @param {{ testTools?: boolean }} [options] whether the script needs the tools of the tests
 */
export async function preparedRun(script, { testTools = true } = {}) {
  const { node, terraform, problems } = checkToolchain({ variables: process.env });
  if (problems.length > 0) {
    console.error(`\n${problems.map(renderProblem).join('\n\n')}\n`);
    process.exitCode = 1;
    return;
  }
  console.log(`Tools      Node.js ${node}, ${terraform}`);
  try {
    console.log(`Packages   ${installPackages(root, { testTools }) ? 'installed' : 'up to date'}`);
  } catch (error) {
    console.error(`\n${error.message}\n`);
    process.exitCode = 1;
    return;
  }
  process.exitCode = await run(process.execPath, [
    '--import',
    'tsx',
    path.join(root, 'scripts', script),
    ...process.argv.slice(2),
  ]);
}

function run(command, args) {
  // Ctrl-C reaches the whole group; the one that does the work decides how to end.
  process.on('SIGINT', () => {});
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
    child.on('error', (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}
