import { KitError, problem } from '../config/index.ts';
import { lastLines, runProgram } from '../host/index.ts';

/** A program that builds images on this machine. */
export type EngineName = 'docker' | 'podman';

/**
 * The container engine of this machine: Docker where its server answers and it has buildx, by which it
 * builds for another processor; else Podman, which needs neither.
 */
export async function findEngine(run = runProgram): Promise<EngineName> {
  const docker = await run(['docker', 'version', '--format', '{{.Server.Version}}']);
  const isAnswering = docker.status === 0;
  if (isAnswering && (await hasBuildx(run))) return 'docker';
  if ((await run(['podman', '--version'])).status === 0) return 'podman';
  if (isAnswering) throw new KitError([problem('IMAGE_BUILDX_MISSING', undefined)]);
  const isInstalled = docker.status !== null;
  throw new KitError([
    isInstalled
      ? problem('IMAGE_ENGINE_SILENT', { reason: lastLines(docker.errorOutput, 3) })
      : problem('IMAGE_ENGINE_MISSING', undefined),
  ]);
}

async function hasBuildx(run: typeof runProgram): Promise<boolean> {
  const { status, output } = await run(['docker', 'buildx', 'version']);
  // Podman under the name of Docker has the word, and not what it does.
  return status === 0 && !output.startsWith('buildah');
}
