import { read, trackedFiles } from './source-files.ts';

/** Hosts that a file may name, and why. A pattern matches the whole host. */
const allowed: readonly { host: RegExp; reason: string }[] = [
  { host: /^(127\.0\.0\.1|localhost|0\.0\.0\.0|\[::1?\])$/, reason: 'this machine' },
  { host: /^([\w-]+\.)*example(\.(com|org|net))?$/, reason: 'reserved for examples' },
  { host: /^[\w-]+\.(test|invalid)$/, reason: 'reserved for tests' },
  { host: /^(www\.)?apache\.org$/, reason: 'the licence' },
  { host: /^json-schema\.org$/, reason: 'names of the drafts of JSON Schema, never fetched' },
  { host: /^github\.com$/, reason: 'source of a fact or a tool, in prose' },
  { host: /^docs\.nats\.io$/, reason: 'the protocol that we speak, in prose' },
  { host: /^developer\.hashicorp\.com$/, reason: 'how to install Terraform, in a message' },
  { host: /^opentofu\.org$/, reason: 'how to install OpenTofu, in a message' },
  { host: /^(www\.)?nodejs\.org$/, reason: 'how to install Node, in a message' },
  { host: /^docs\.docker\.com$/, reason: 'how to install Docker, in a message' },
  { host: /^podman\.io$/, reason: 'how to install Podman, in a message' },
  { host: /^docs\.aws\.amazon\.com$/, reason: 'how to install the tool of AWS, in a message' },
];

/** Folders whose recorded data may hold any host. */
const recorded = /^(package-lock\.json|examples\/.*\.jsonl|tests\/.*\.jsonl|LICENSE$)/;

describe('Hosts', () => {
  test('named in the source are known ones: the product calls nobody (promise 8)', () => {
    const offenders = trackedFiles()
      .filter((path) => !recorded.test(path) && !path.startsWith('tests/repo/hosts'))
      .flatMap((path) =>
        [
          ...read(path).matchAll(
            /\b(?:https?|wss?|nats|git\+\w+):\/\/([^\s/:'"`)>\]$\\]+|\[[^\]]*\])/g,
          ),
        ]
          .map(([, host]) => host ?? '')
          .filter((host) => !/[{}<]/.test(host))
          .filter((host) => !allowed.some((entry) => entry.host.test(host)))
          .map((host) => `${path}: ${host}`),
      );
    expect(offenders).toEqual([]);
  });
});
