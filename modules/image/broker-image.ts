import path from 'node:path';
import { DataResource } from '../cdk.ts';
import type { Construct } from '../cdk.ts';
import type { CloudSettings } from '../config/index.ts';
import type { Cluster, Ready, Registry } from '../contract/index.ts';
import { imageTag } from './image-tag.ts';
import type { PushOrder } from './push-image.ts';

/** The image that brokers run. */
export interface BrokerImage {
  readonly reference: string;
  /** When the registry has it. */
  readonly ready: Ready;
}

/**
 * The image of `broker/` as it is now, built and pushed while Terraform applies, or the one that is
 * there already (`KIT_IMAGE`), for which nothing is made. Names no engine: which one there is shows
 * on the machine that builds, and a plan or a destroy needs none.
 */
export function brokerImage(
  scope: Construct,
  options: {
    readonly root: string;
    readonly settings: Pick<CloudSettings, 'image'>;
    /** Needed unless the image is there already. */
    readonly registry: Registry | undefined;
    readonly architecture: Cluster['architecture'];
  },
): BrokerImage {
  const { root, settings, registry } = options;
  if (settings.image !== null) return { reference: settings.image, ready: [] };
  if (registry === undefined) throw new Error('An image that is built needs a registry');

  const platform = `linux/${options.architecture}` as const;
  const { repository, login } = registry;
  const tag = imageTag(root, platform);
  const order: PushOrder = { root, repository, tag, platform, login };
  // Not `image`: an output has that name.
  const image = new DataResource(scope, 'broker-image', {
    dependsOn: [...registry.ready],
    triggersReplace: { tag, repository, platform },
    provisioners: [
      {
        // Run without a shell: no quoting of paths, and the Node that synthesizes is the Node that runs.
        type: 'local-exec' as const,
        interpreter: [
          process.execPath,
          '--import',
          'tsx',
          path.join(root, 'modules', 'image', 'provisioner.ts'),
        ],
        command: JSON.stringify(order),
        workingDir: root,
      },
    ],
  });
  image.addOverride('provisioner.0.local-exec.quiet', true);
  return { reference: `${repository}:${tag}`, ready: [image] };
}
