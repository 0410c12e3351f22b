import { KitError, problem } from '../config/index.ts';
import type { Registry } from '../contract/index.ts';
import { runProgram } from '../host/index.ts';
import { findEngine } from './container-engine.ts';
import { EngineLogin } from './engine-login.ts';
import { dockerfile } from './image-tag.ts';
import type { Platform } from './image-tag.ts';

/** What a deploy hands to the program that makes the image. */
export interface PushOrder {
  /** Folder of the checkout, which the build reads. */
  readonly root: string;
  readonly repository: string;
  readonly tag: string;
  readonly platform: Platform;
  readonly login: Registry['login'];
}

/** Builds the broker's image and puts it into the registry, unless the registry has it. */
export async function pushImage(
  order: PushOrder,
  environment: NodeJS.ProcessEnv,
  print: (line: string) => void,
): Promise<void> {
  const engine = await findEngine();
  const reference = `${order.repository}:${order.tag}`;
  const [host = ''] = order.repository.split('/');
  const login = new EngineLogin(engine, host, environment);
  try {
    await login.logIn(order.login);
    const found = await runProgram([engine, 'manifest', 'inspect', reference], login);
    if (found.status === 0) {
      print(`The registry has ${reference}`);
      return;
    }
    print(`Building ${reference} for ${order.platform} with ${engine}`);
    const make = engine === 'docker' ? buildWithDocker : buildWithPodman;
    await make(order, reference, login);
    print(`Pushed ${reference}`);
  } finally {
    login.end();
  }
}

async function buildWithDocker(
  order: PushOrder,
  reference: string,
  login: EngineLogin,
): Promise<void> {
  // Without the record of provenance, which would be an image more under each tag, and count as one
  // where the registry keeps the last ten.
  const how = ['--provenance=false', '--push'];
  await run(['docker', 'buildx', 'build', ...how, ...source(order, reference)], order, login);
}

async function buildWithPodman(
  order: PushOrder,
  reference: string,
  login: EngineLogin,
): Promise<void> {
  // Docker's format has health checks, and of a single image it is the one that `podman manifest
  // inspect` can read: by it the next push sees that the registry has the tag, which it takes only once.
  const how = ['--format', 'docker'];
  await run(['podman', 'build', ...how, ...source(order, reference)], order, login);
  await run(['podman', 'push', reference], order, login);
}

function source({ platform }: PushOrder, reference: string): readonly string[] {
  return ['--platform', platform, '--file', dockerfile, '--tag', reference, '.'];
}

async function run(
  command: readonly string[],
  { root, platform }: PushOrder,
  { variables }: EngineLogin,
): Promise<void> {
  const { status } = await runProgram(command, { cwd: root, variables, show: true });
  if (status === 0) return;
  const [engine = ''] = command;
  const text = command.join(' ');
  throw new KitError([
    problem('IMAGE_BUILD_FAILED', { command: text, status: String(status), platform, engine }),
  ]);
}
