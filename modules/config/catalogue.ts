import type { Problem } from '../toolchain/index.mjs';

type Parts = Omit<Problem, 'code'>;

/** Problems with the settings; those of the tools are in modules/toolchain, which runs before TypeScript can. */
export const catalogue = {
  ENVIRONMENT_NAME: (given: { name: string }): Parts => ({
    what: 'The name of the environment is not valid',
    received: `"${given.name}" (KIT_ENV)`,
    accepted:
      'up to 18 lower-case letters, digits and single dashes, starting with a letter, not ending in a dash',
    next: 'set KIT_ENV to such a name, or leave it out for "dev"',
  }),
  VARIABLE_UNKNOWN: (given: { name: string; nearest?: string; known: string }): Parts => ({
    what: `There is no setting ${given.name}`,
    received: `the variable ${given.name}`,
    accepted: given.known,
    next:
      given.nearest === undefined
        ? `unset ${given.name}`
        : `did you mean ${given.nearest}? Otherwise unset ${given.name}`,
  }),
  PLACE_UNKNOWN: (given: { place: string; nearest?: string; known: string }): Parts => ({
    what: `kit.config.ts sets ${given.place}, which does not exist`,
    received: given.place,
    accepted: given.known,
    next:
      given.nearest === undefined
        ? 'remove it from kit.config.ts'
        : `did you mean ${given.nearest}? Otherwise remove it from kit.config.ts`,
  }),
  SETTING_INVALID: (given: {
    meaning: string;
    received: string;
    source: string;
    accepted: string;
  }): Parts => ({
    what: `A setting has a value it cannot have: ${given.meaning}`,
    received: `${given.received} (${given.source})`,
    accepted: given.accepted,
    next: `change ${given.source}, or leave it out for the default`,
  }),
  CIDRS_IPV6: (given: { variable: string; what: string; cidrs: string }): Parts => ({
    what: `${capital(given.what)} on AWS is reached by IPv4 only`,
    received: `${given.cidrs} in ${given.variable}`,
    accepted: 'IPv4 networks as 203.0.113.0/24',
    next: `leave out the IPv6 networks, and name the IPv4 addresses of who comes from there`,
  }),
  ADMIN_CIDRS_PRIVATE: (given: { cidrs: string }): Parts => ({
    what: 'EKS takes no private networks for the public side of the Kubernetes API',
    received: `${given.cidrs} in KIT_ADMIN_CIDRS`,
    accepted: 'networks of the internet, as 203.0.113.0/24',
    next: 'name the address under which the internet sees your network; nodes and pods need none',
  }),
  DOMAIN_TOO_LONG: (given: { name: string; charactersMax: number }): Parts => ({
    what: 'No certificate can be made out for the name of the environment',
    received: `${given.name}, ${given.name.length} characters`,
    accepted: `at most ${given.charactersMax} characters, the name of the environment included`,
    next: 'use a shorter KIT_DOMAIN or KIT_ENV, or a certificate of your own: KIT_TLS=secret:<name>',
  }),
  BINDINGS_MISSING: (given: { target: string }): Parts => ({
    what: `The bindings for ${given.target} are not installed`,
    received: `no packages of modules/${given.target} and modules/platform in node_modules`,
    accepted: 'the packages of package-lock.json (1 GB; npm run up leaves them out)',
    next: 'run npm ci --ignore-scripts, then the command again',
  }),
  CIDRS_MISSING: (given: { variable: string; what: string; size: string }): Parts => ({
    what: `Nobody said from where ${given.what} may be reached`,
    received: `no ${given.variable}, with size ${given.size}`,
    accepted: 'networks, parted by commas; with size sandbox none, which is everywhere',
    next: `set ${given.variable}, for example to the address you come from: ${given.variable}=203.0.113.4/32`,
  }),
  CIDRS_OPEN: (given: { variable: string; what: string; size: string }): Parts => ({
    what: `${capital(given.what)} would be open to the world`,
    received: `a network of every address in ${given.variable}, with size ${given.size}`,
    accepted: 'networks that you know',
    next: `set ${given.variable}, for example to the address you come from: ${given.variable}=203.0.113.4/32`,
  }),
  STATE_NOT_SHARED: (given: { size: string }): Parts => ({
    what: 'The state of a production environment would be on this machine alone',
    received: `KIT_STATE=local, with size ${given.size}`,
    accepted:
      's3://<bucket>/<prefix>, gcs://<bucket>/<prefix>, spaces://<bucket>@<region>/<prefix>; local up to size small',
    next: 'set KIT_STATE to a bucket that is versioned and encrypted (docs/guides/aws.md, "State")',
  }),
  STATE_ELSEWHERE: (given: { environment: string; before: string; now: string }): Parts => ({
    what: `The state of ${given.environment} is kept elsewhere: with an empty one everything would be made a second time`,
    received: `KIT_STATE=${given.now}`,
    accepted: `KIT_STATE=${given.before}, where it was deployed with`,
    next: `set KIT_STATE to that; where the state has been moved, change it in environments/${given.environment}.json`,
  }),
  STATE_MISSING: (given: { environment: string; file: string }): Parts => ({
    what: `The state of ${given.environment} is not on this machine: without it everything would be made a second time`,
    received: `no ${given.file}, where its record says it is`,
    accepted: 'the machine that deployed it, or a state in a bucket',
    next: `deploy there; where the state is lost, see what is left (KIT_ENV=${given.environment} npm run audit), remove it, and then environments/${given.environment}.json`,
  }),
  DATABASE_EMBEDDED: (given: { size: string }): Parts => ({
    what: 'Several brokers cannot keep their metadata in one of them',
    received: `KIT_DATABASE=embedded, with size ${given.size}`,
    accepted: 'managed; embedded with size sandbox only',
    next: 'leave KIT_DATABASE out, or set KIT_SIZE=sandbox',
  }),
  DOMAIN_MISSING: (): Parts => ({
    what: 'A certificate needs a name to be made out for',
    received: 'KIT_TLS=managed without KIT_DOMAIN',
    accepted: 'the name of a DNS zone of yours in the same account',
    next: 'set KIT_DOMAIN, for example KIT_DOMAIN=broker.example.com, or KIT_TLS=none',
  }),
  SPOT_NOT_ALLOWED: (given: { size: string }): Parts => ({
    what: 'Nodes that the cloud may take back cannot keep messages',
    received: `KIT_SPOT=true, with size ${given.size}`,
    accepted: 'spot nodes with size sandbox only',
    next: 'leave KIT_SPOT out',
  }),
  GUARD_OF_ANOTHER: (given: { variable: string; given: string; environment: string }): Parts => ({
    what: 'A guard is to be released for another environment than this one',
    received: `${given.variable}=${given.given}, in environment ${given.environment}`,
    accepted: `${given.variable}=${given.environment}`,
    next: `unset ${given.variable}, or set KIT_ENV to the environment that you mean`,
  }),
  REPLACEMENT_REFUSED: (given: {
    setting: string;
    before: string;
    now: string;
    consequence: string;
    environment: string;
  }): Parts => ({
    what: `This deploy would replace what keeps your data: ${given.consequence}`,
    received: `${given.setting} ${given.now}, where ${given.environment} was deployed with ${given.before}`,
    accepted: `${given.setting} ${given.before}, as it was`,
    next: `set it back; or use another environment (KIT_ENV); or destroy this one and deploy it anew; or, where nothing in it is needed, KIT_ALLOW_REPLACE=${given.environment}`,
  }),
  SIZE_NOT_ON_LOCAL: (given: { size: string }): Parts => ({
    what: `The target local cannot run size ${given.size} yet`,
    received: `size ${given.size}`,
    accepted: 'sandbox: one broker with the embedded engine',
    next: 'set KIT_SIZE=sandbox, or leave it out',
  }),
  PORTS_EQUAL: (given: { names: string; port: number }): Parts => ({
    what: `Two ports of the broker have one number: ${given.names}`,
    received: `${given.port} for both`,
    accepted: 'a number of its own for each port',
    next: 'change one of them',
  }),
  PORT_TAKEN: (given: {
    name: string;
    address: string;
    holder: string;
    variable: string;
  }): Parts => ({
    what: `The ${given.name} port is taken`,
    received: `${given.address}, on which listens ${given.holder}`,
    accepted: 'a port that nothing listens on',
    next: `stop that process, or choose another port: ${given.variable}, or KIT_PORT_OFFSET for all ports`,
  }),
  PORT_REFUSED: (given: {
    name: string;
    address: string;
    reason: string;
    variable: string;
  }): Parts => ({
    what: `This machine does not let the broker listen on its ${given.name} port`,
    received: `${given.address}: ${given.reason}`,
    accepted: 'an address of this machine, and a port that this user may open (1024 and up)',
    next: `change KIT_HOST or ${given.variable}`,
  }),
  OUTPUT_FOLDER_BUSY: (given: { outdir: string; holder: string; environment: string }): Parts => ({
    what: 'Another cdktf command works in this output folder',
    received: `${given.outdir}, in use by ${given.holder} for environment ${given.environment}`,
    accepted: 'one command at a time in each output folder',
    next: 'wait for it to end, or use a folder of your own: CDKTF_OUTPUT=cdktf.out/<environment>',
  }),
  IMAGE_ENGINE_MISSING: (): Parts => ({
    what: 'The image of the broker cannot be built: there is no container engine on this machine',
    received: 'neither docker nor podman in PATH',
    accepted: 'Docker with its server running, or Podman',
    next: 'install one of them (https://docs.docker.com/engine/install, https://podman.io), or name an image that is there: KIT_IMAGE=<name>@sha256:<digest>',
  }),
  IMAGE_ENGINE_SILENT: (given: { reason: string }): Parts => ({
    what: 'The image of the broker cannot be built: Docker is installed, but its server does not answer',
    received: given.reason,
    accepted: 'Docker with its server running, or Podman',
    next: 'start Docker, or name an image that is there: KIT_IMAGE=<name>@sha256:<digest>',
  }),
  IMAGE_BUILDX_MISSING: (): Parts => ({
    what: 'This Docker cannot build for another processor than its own',
    received: 'no answer from "docker buildx version"',
    accepted: 'Docker with the plug-in buildx, or Podman',
    next: 'install it (https://github.com/docker/buildx#installing), then deploy again',
  }),
  IMAGE_PASSWORD_FAILED: (given: { command: string; reason: string }): Parts => ({
    what: 'The registry of the image could not be logged in to: there is no password for it',
    received: `no password from "${given.command}": ${given.reason}`,
    accepted: "the cloud's tool, logged in to an account that may use the registry",
    next: 'correct what the tool says, then deploy again; npm run doctor checks it',
  }),
  IMAGE_LOGIN_REFUSED: (given: { host: string; reason: string }): Parts => ({
    what: `The registry ${given.host} refused the login`,
    received: given.reason,
    accepted: 'an account that may push images',
    next: 'check which account the tool is logged in to (npm run doctor), then deploy again',
  }),
  IMAGE_BUILD_FAILED: (given: {
    command: string;
    status: string;
    platform: string;
    engine: string;
  }): Parts => ({
    what: `The image of the broker could not be built and pushed; ${given.engine} says why above`,
    received: `exit code ${given.status} from "${given.command}"`,
    accepted: `a build for ${given.platform} that succeeds, and a registry that takes it`,
    next: `correct what is said, then deploy again. "exec format error" means that this machine cannot run programs for ${given.platform}: docker run --privileged --rm tonistiigi/binfmt --install all`,
  }),
  POLICY_VIOLATED: (given: {
    rule: string;
    demand: string;
    address: string;
    what: string;
  }): Parts => ({
    what: `A resource breaks the policy ${given.rule}`,
    received: `${given.address}: ${given.what}`,
    accepted: given.demand,
    next: 'correct the module that makes it; docs/reference/policies.md says why the rule is there',
  }),
  ARGUMENT_UNKNOWN: (given: { given: string; accepted: string; next: string }): Parts => ({
    what: 'The command does not take this argument',
    received: given.given,
    accepted: given.accepted,
    next: given.next,
  }),
  ARGUMENT_MISSING: (given: { name: string; accepted: string; next: string }): Parts => ({
    what: `The command wants to be told the ${given.name}`,
    received: '',
    accepted: given.accepted,
    next: given.next,
  }),
  ARGUMENT_INVALID: (given: {
    name: string;
    given: string;
    accepted: string;
    next: string;
  }): Parts => ({
    what: `The command does not know this ${given.name}`,
    received: given.given,
    accepted: given.accepted,
    next: given.next,
  }),
  ENVIRONMENT_UNKNOWN: (given: { environment: string }): Parts => ({
    what: `Nothing is recorded of the environment ${given.environment}`,
    received: `no environments/${given.environment}.json`,
    accepted:
      'an environment that was deployed to a cloud from this checkout, or whose record is committed',
    next: 'check the name; git pull brings the records of others',
  }),
  STATE_NOT_HERE: (given: { environment: string; file: string }): Parts => ({
    what: `The environment ${given.environment} cannot be destroyed from this machine`,
    received: `no ${given.file}, where its record says the state is`,
    accepted: 'the machine that deployed it, or a state in a bucket',
    next: `run npm run reap there; what it has in the account: KIT_ENV=${given.environment} npm run audit`,
  }),
  BROKER_BUILD_FAILED: (given: { status: string }): Parts => ({
    what: 'The broker could not be built; the compiler says why above',
    received: `exit code ${given.status} from "npm run build -w broker"`,
    accepted: 'source that compiles, and installed packages',
    next: 'correct what the compiler names (npm ci --ignore-scripts if a package is missing), then deploy again',
  }),
  BROKER_NOT_READY: (given: { how: string; logFile: string; lines: readonly string[] }): Parts => ({
    what: 'The broker did not become ready; no process was left behind',
    received: [
      `${given.how}; its last log lines:`,
      ...(given.lines.length === 0 ? ['(none)'] : given.lines),
    ].join('\n    '),
    accepted: 'a broker that answers 200 on /readyz',
    next: `correct what the log says (all of it: ${given.logFile}), then deploy again, or destroy`,
  }),
  BROKER_NOT_STOPPED: (given: { pid: number; reason: string }): Parts => ({
    what: 'The broker could not be stopped',
    received: `process ${given.pid} lives on: ${given.reason}`,
    accepted: 'a process that this user may stop',
    next: `stop process ${given.pid} yourself, then run the command again`,
  }),
} as const;

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

export type ProblemCode = keyof typeof catalogue;

/** A problem of the catalogue, filled in. */
export function problem<Code extends ProblemCode>(
  code: Code,
  given: Parameters<(typeof catalogue)[Code]>[0],
): Problem {
  const build = catalogue[code] as (details: typeof given) => Parts;
  return { code, ...build(given) };
}
