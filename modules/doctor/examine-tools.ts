import { checkToolchain } from '../toolchain/index.mjs';
import { lastLines } from '../host/index.ts';
import { advice } from './advice.ts';
import { fault, ok, warning } from './examination.ts';
import type { Examined } from './examination.ts';
import type { Outside } from '../outside/index.ts';

/** Node and Terraform. */
export async function examineTools(
  outside: Outside,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<Examined[]> {
  const binary = variables['TERRAFORM_BINARY_NAME'] || 'terraform';
  const { status, output } = await outside.run([binary, 'version']);
  const answer = status === 0 ? output : null;
  const { node, terraform, problems } = checkToolchain({ variables, run: () => answer });
  const nodeProblem = problems.find(({ code }) => code.startsWith('NODE_'));
  const terraformProblem = problems.find(({ code }) => code.startsWith('TERRAFORM_'));
  return [
    nodeProblem === undefined ? ok('node', `Node.js ${node}`) : fault('node', nodeProblem),
    terraformProblem === undefined
      ? examineTerraform(terraform ?? '')
      : fault('terraform', terraformProblem),
  ];
}

function examineTerraform(found: string): Examined {
  const [, minor] = /^Terraform 1\.(\d+)\./.exec(found) ?? [];
  const isNewer = found.startsWith('Terraform') && minor !== '11';
  return isNewer
    ? warning('terraform', advice('TERRAFORM_NEWER', { found }))
    : ok('terraform', found);
}

/** Whether this machine can build the image for the processor of the nodes. */
export async function examineEngine(
  outside: Outside,
  options: { readonly image: string | null; readonly platform: string },
): Promise<Examined> {
  const { image, platform } = options;
  const name = 'container engine';
  if (image !== null) return ok(name, `none needed: the image is ${image}`);
  const docker = await outside.run(['docker', 'version', '--format', '{{.Server.Version}}']);
  const ofDocker =
    docker.status === 0
      ? await examineBuildx(outside, { platform, version: docker.output.trim() })
      : fault(name, advice('ENGINE_MISSING', undefined));
  if (ofDocker.verdict !== 'problem') return ofDocker;
  const podman = await outside.run(['podman', 'info', '--format', '{{.Host.Arch}}']);
  if (podman.status !== 0) return ofDocker;
  const own = `linux/${podman.output.trim()}`;
  return own === platform
    ? ok(name, `Podman, on ${own}`)
    : warning(name, advice('PLATFORM_NOT_BUILT', { platform, found: `Podman on ${own}` }));
}

async function examineBuildx(
  outside: Outside,
  { platform, version }: { readonly platform: string; readonly version: string },
): Promise<Examined> {
  const name = 'container engine';
  const { status, output, errorOutput } = await outside.run(['docker', 'buildx', 'inspect']);
  if (status !== 0) {
    const reason = lastLines(errorOutput, 2);
    return fault(name, advice('BUILDX_MISSING', { reason }));
  }
  const platforms = [...output.matchAll(/linux\/[\w/]+/g)].map(([one]) => one);
  return platforms.includes(platform)
    ? ok(name, `Docker ${version}, builds for ${platform}`)
    : warning(
        name,
        advice('PLATFORM_NOT_BUILT', { platform, found: `Docker for ${platforms.join(', ')}` }),
      );
}
