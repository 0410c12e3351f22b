import { EcrLifecyclePolicy } from '@cdktf/provider-aws/lib/ecr-lifecycle-policy/index.js';
import { EcrRepository } from '@cdktf/provider-aws/lib/ecr-repository/index.js';
import type { Registry } from '../contract/index.ts';
import type { Site } from './site.ts';

const keptImageCount = 20;

/** Where images of the broker are pushed to. */
export function registry({ scope, settings, after }: Site): Registry {
  const repository = new EcrRepository(scope, 'images', {
    name: settings.name,
    // Tags are hashes of what is inside.
    imageTagMutability: 'IMMUTABLE',
    imageScanningConfiguration: { scanOnPush: true },
    // Images are made from the source again; as a reason not to go they would stop every destroy.
    forceDelete: true,
    dependsOn: [...after],
  });
  new EcrLifecyclePolicy(scope, 'images-kept', {
    repository: repository.name,
    policy: JSON.stringify({
      rules: [
        {
          rulePriority: 1,
          description: `Keep the last ${keptImageCount} images`,
          selection: {
            tagStatus: 'any',
            countType: 'imageCountMoreThan',
            countNumber: keptImageCount,
          },
          action: { type: 'expire' },
        },
      ],
    }),
  });
  return {
    repository: repository.repositoryUrl,
    login: {
      user: 'AWS',
      passwordCommand: ['aws', 'ecr', 'get-login-password', '--region', settings.region],
    },
    ready: [repository],
  };
}
