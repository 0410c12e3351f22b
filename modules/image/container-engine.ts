import { KitError, problem } from '../config/index.ts';
import { lastLines, runProgram } from '../host/index.ts';

/** A program that builds images on this machine. */
export type EngineName = 'docker' | 'podman';

/** The container engine of this machine: Docker where its server answers, else Podman, which needs none. */
export async function findEngine(run = runProgram): Promise<EngineName> {
  const docker = await run(['docker', 'version', '--format', '{{.Server.Version}}']);
  if (docker.status === 0) return 'docker';
  if ((await run(['podman', '--version'])).status === 0) return 'podman';
  const isInstalled = docker.status !== null;
  throw new KitError([
    isInstalled
      ? problem('IMAGE_ENGINE_SILENT', { reason: lastLines(docker.errorOutput, 3) })
      : problem('IMAGE_ENGINE_MISSING', undefined),
  ]);
}
