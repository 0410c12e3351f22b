import { examineEngine, examineTools } from '../../../../modules/doctor/examine-tools.ts';
import { outsideOf, Refusal } from '../../../support/index.ts';
import { inShort } from './in-short.ts';

describe('examineTools', () => {
  test.each([
    ['Terraform v1.11.4\non linux_amd64', 'ok terraform: Terraform 1.11.4'],
    ['Terraform v1.14.0', 'warning terraform: TERRAFORM_NEWER'],
    ['Terraform v1.9.8', 'problem terraform: TERRAFORM_TOO_OLD'],
    ['OpenTofu v1.12.6', 'ok terraform: OpenTofu 1.12.6'],
  ])('of a machine with %j says %s', async (version, expected) => {
    const examined = await examineTools(outsideOf([['terraform version', version]]), {});
    expect(inShort(examined)).toEqual([`ok node: Node.js ${process.versions.node}`, expected]);
  });

  test('says that there is no Terraform, by the name that it was asked for', async () => {
    const examined = await examineTools(outsideOf([]), { TERRAFORM_BINARY_NAME: 'tofu' });
    expect(inShort(examined).at(-1)).toBe('problem terraform: TERRAFORM_MISSING');
    expect(JSON.stringify(examined)).toContain('tofu version');
  });

  test('takes an empty name for none, as the shell that exports one means it', async () => {
    const outside = outsideOf([['terraform version', 'Terraform v1.11.4']]);
    const examined = await examineTools(outside, { TERRAFORM_BINARY_NAME: '' });
    expect(inShort(examined).at(-1)).toBe('ok terraform: Terraform 1.11.4');
  });
});

describe('examineEngine', () => {
  const docker = ['docker version', '28.1.1'] as const;
  const buildx = (platforms: string) =>
    ['docker buildx inspect', `Name: default\nPlatforms: ${platforms}\n`] as const;
  const cases = [
    [
      'a Docker that builds for the nodes',
      [docker, buildx('linux/amd64*, linux/arm64')],
      'ok container engine: Docker 28.1.1, builds for linux/arm64',
    ],
    [
      'a Docker that builds for itself',
      [docker, buildx('linux/amd64, linux/386')],
      'warning container engine: PLATFORM_NOT_BUILT',
    ],
    [
      'a Docker without buildx',
      [docker, ['docker buildx inspect', new Refusal('unknown command')]],
      'problem container engine: BUILDX_MISSING',
    ],
    [
      'a Podman beside a Docker without buildx',
      [docker, ['docker buildx inspect', new Refusal('unknown')], ['podman info', 'arm64\n']],
      'ok container engine: Podman, on linux/arm64',
    ],
    [
      'a Podman on the processor of the nodes',
      [['podman info', 'arm64\n']],
      'ok container engine: Podman, on linux/arm64',
    ],
    [
      'a Podman on another processor',
      [
        ['docker version', new Refusal('no daemon', 1)],
        ['podman info', 'amd64\n'],
      ],
      'warning container engine: PLATFORM_NOT_BUILT',
    ],
    ['no engine', [], 'problem container engine: ENGINE_MISSING'],
  ] as const;

  test.each(cases)('finds %s', async (_, answers, expected) => {
    const wanted = { image: null, platform: 'linux/arm64' };
    expect(inShort([await examineEngine(outsideOf(answers), wanted)])).toEqual([expected]);
  });

  test('asks for no engine where the image is there already', async () => {
    const outside = outsideOf([]);
    const wanted = { image: 'ghcr.io/acme/broker:1', platform: 'linux/arm64' };
    expect(inShort([await examineEngine(outside, wanted)])).toEqual([
      'ok container engine: none needed: the image is ghcr.io/acme/broker:1',
    ]);
    expect(outside.commands).toEqual([]);
  });
});
