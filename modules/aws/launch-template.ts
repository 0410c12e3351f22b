import { LaunchTemplate } from '@cdktf/provider-aws/lib/launch-template/index.js';
import { nameOf } from './site.ts';
import type { Site } from './site.ts';

// The system, the images of a few pods and their logs.
const rootDiskGiB = 20;
// Each change of these rolls every node: what may change in an environment's life (its end, its owner)
// stays out of them.
const lastingTags = ['kit:name', 'kit:env'];

/**
 * What machines are: here and not in the node groups, where another type of machine would replace all groups
 * at once. A new version of the template is rolled out node by node (iac.md 1.2, "Nodes").
 */
export function launchTemplate(site: Site): LaunchTemplate {
  const { scope, settings, preset } = site;
  const tags = {
    ...Object.fromEntries(
      Object.entries(settings.tags).filter(([key]) => lastingTags.includes(key)),
    ),
    Name: nameOf(site, 'node'),
  };
  return new LaunchTemplate(scope, 'nodes', {
    namePrefix: `${nameOf(site, 'nodes')}-`,
    description: `Nodes of ${settings.name}`,
    instanceType: preset.aws.instanceType,
    updateDefaultVersion: true,
    metadataOptions: {
      httpEndpoint: 'enabled',
      httpTokens: 'required',
      // The node itself and nothing in a pod, which would be a hop further, may ask for its role.
      httpPutResponseHopLimit: 1,
    },
    blockDeviceMappings: [
      {
        deviceName: '/dev/xvda',
        ebs: {
          volumeSize: rootDiskGiB,
          volumeType: 'gp3',
          encrypted: 'true',
          deleteOnTermination: 'true',
        },
      },
    ],
    // The tags of a node group do not reach its machines.
    tagSpecifications: ['instance', 'volume', 'network-interface'].map((resourceType) => ({
      resourceType,
      tags,
    })),
    lifecycle: { createBeforeDestroy: true },
    dependsOn: [...site.after],
  });
}
