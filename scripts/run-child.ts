import { spawn } from 'node:child_process';

/**
 * Runs a program on this terminal and returns its exit code, 130 after Ctrl-C. Ctrl-C reaches it
 * directly; this process waits for it to end in its own way.
 */
export async function runChild(
  args: readonly string[],
  options: { readonly cwd: string; readonly variables: NodeJS.ProcessEnv },
): Promise<number> {
  let interrupted = false;
  const onInterrupt = (): void => {
    interrupted = true;
  };
  process.on('SIGINT', onInterrupt);
  try {
    const child = spawn(process.execPath, [...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.variables },
      stdio: 'inherit',
    });
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (status) => resolve(status ?? 1));
    });
    return interrupted ? 130 : code;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}
