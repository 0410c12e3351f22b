import { DataResource, TerraformStack, Testing } from '../../modules/cdk.ts';
import { isCidr } from '../../modules/config/cidr.ts';
import { loadKit } from '../../modules/config/index.ts';
import type { Kit } from '../../modules/config/index.ts';
import { publicPorts } from '../../modules/contract/index.ts';
import type { Cloud, PublicPort, Ready, Size } from '../../modules/contract/index.ts';
import { presets } from '../../modules/presets/index.ts';
import { object, SynthesizedStack } from '../../modules/synthesized/index.ts';
import type { Json } from '../../modules/synthesized/index.ts';
import { tempDir } from '../support/index.ts';

/** What makes a cloud in a stack; `after` comes before anything of it. */
export type MakeCloud = (
  stack: TerraformStack,
  kit: Kit,
  after: Ready,
  ports: readonly PublicPort[],
) => Cloud;

/** Every part of a cloud, in a stack of its own. */
function make(makeCloud: MakeCloud, variables: Readonly<Record<string, string>>) {
  const now = new Date('2026-11-30T12:00:00Z');
  const kit = loadKit({ config: { environments: {} }, variables, root: tempDir(), now });
  const stack = new TerraformStack(Testing.app(), 'cloud');
  const begun = new DataResource(stack, 'begun', {});
  const cloud = makeCloud(stack, kit, [begun], publicPorts);
  const network = cloud.network();
  const cluster = cloud.cluster(network);
  const database = cloud.database(network, cluster);
  const registry = cloud.registry();
  const ingress = cloud.ingress(network, cluster);
  const disks = cloud.disks(cluster);
  const root = cloud.credential('root');
  const handles = {
    network: network.ready,
    cluster: cluster.ready,
    reach: cluster.reach,
    ingress: ingress.ready,
    disks: disks.ready,
    root: root.ready,
    database: database?.ready ?? [],
    registry: registry?.ready ?? [],
  };
  // What waits for a handle, for the test to look at.
  for (const [name, ready] of Object.entries(handles)) {
    new DataResource(stack, `after-${name}`, { dependsOn: [...ready] });
  }
  return { cloud, stack, network, cluster, database, registry, ingress, disks, root };
}

function synthesize(stack: TerraformStack): SynthesizedStack {
  return new SynthesizedStack(JSON.parse(Testing.synth(stack)) as Json);
}

/** What every cloud keeps, whichever it is; a new one is a folder, and passes this. */
export function cloudContract(name: string, sizes: readonly Size[], makeCloud: MakeCloud): void {
  describe.each(sizes)(`${name} as a cloud (size=%s)`, (size) => {
    const variables = { KIT_SIZE: size };
    const preset = presets[size];
    const whole = make(makeCloud, variables);
    const { network, cluster, database, registry, ingress, root } = whole;
    const synthesized = synthesize(whole.stack);
    const waitsFor = (handle: string): readonly string[] =>
      [...synthesized.needs(`terraform_data.after-${handle}`)].sort();

    test('makes nothing before what comes first', () => {
      const early = synthesized.resources
        .map(({ address }) => address)
        .filter((address) => !/^terraform_data\.(begun|after-)/.test(address))
        .filter((address) => !synthesized.needs(address).has('terraform_data.begun'));
      expect(early).toEqual([]);
    });

    test('has a group of nodes in each zone that the size wants', () => {
      expect(network.zones).toHaveLength(preset.zoneCount);
      expect(new Set(network.zones).size).toBe(preset.zoneCount);
      expect(cluster.nodeGroups.map(({ zone }) => zone)).toEqual(network.zones);
      expect(new Set(cluster.nodeGroups.map(({ target }) => target)).size).toBe(preset.zoneCount);
    });

    test('has pods wait for nodes and their way out, and outlives them with the way to the API', () => {
      const reach = waitsFor('reach');
      expect(reach).toEqual(expect.arrayContaining([...waitsFor('network')]));
      expect(waitsFor('cluster')).toEqual(expect.arrayContaining([...waitsFor('network')]));
      expect(waitsFor('disks').length).toBeGreaterThan(waitsFor('network').length);
      expect(reach.length).toBeGreaterThan(waitsFor('network').length);
    });

    test('says how the API is reached without keeping a login for it', () => {
      const { access } = cluster;
      expect(access.host).not.toBe('');
      expect(access.login.kind).toBe('exec');
      expect(cluster.kubeconfigCommand).toMatch(/^\w/);
    });

    test('names the networks that policies need, as networks', () => {
      const cidrs = [...cluster.nodeCidrs, ...(database?.cidrs ?? [])];
      expect(cluster.nodeCidrs.length).toBeGreaterThan(0);
      expect(cidrs.filter((cidr) => !isCidr(cidr))).toEqual([]);
    });

    test('offers every port it was given at its own address', () => {
      expect(ingress.ports.map(({ port }) => port)).toEqual(publicPorts.map(({ port }) => port));
      for (const { url, port, speaks } of ingress.ports) {
        expect(url.endsWith(`://${ingress.hostname}:${port}`)).toBe(true);
        expect(url).toMatch(speaks === 'http' ? /^https?:/ : /^(nats|tls|wss?):/);
      }
    });

    test('keeps metadata where the password is no text and the certificate can be verified', () => {
      expect(database).toMatchObject({
        port: 5432,
        connectionCountMax: preset.aws.database.connectionCountMax,
      });
      expect(database?.cidrs.length).toBeGreaterThan(0);
      expect(database?.authorities ?? '-----BEGIN CERTIFICATE-----').toContain('BEGIN CERTIFICATE');
      expect(database?.password).toMatchObject(
        database?.password.kind === 'writeOnly'
          ? { expression: expect.stringMatching(/^\$\{ephemeral\./), version: 1 }
          : { token: expect.stringContaining('${') },
      );
    });

    test('gives a password under its name again, and another under another name', () => {
      const { cloud, stack } = make(makeCloud, variables);
      expect(cloud.credential('root').secret).toEqual(root.secret);
      expect(cloud.credential('nats-broker').secret).not.toEqual(root.secret);
      expect(synthesize(stack).resources.length).toBeGreaterThan(synthesized.resources.length);
      expect(root.printCommand).not.toContain('ephemeral');
    });

    test('makes a disk in the zone of its node, of the size that was ordered', () => {
      const { stack, disks, network: zoned } = make(makeCloud, variables);
      zoned.zones.forEach((name, zone) => {
        const volume = disks.volume({ name: `a-${zone}`, zone, sizeGiB: 77 + zone });
        new DataResource(stack, `volume-${zone}`, { input: { ...volume, zone: name } });
      });
      expect(() => disks.volume({ name: 'b', zone: 9, sizeGiB: 1 })).toThrow('zone 9');
      const made = synthesize(stack);
      zoned.zones.forEach((_, index) => {
        const address = `terraform_data.volume-${index}`;
        const told = made.resources.find((one) => one.address === address)?.config;
        const { handle, zone } = object(told?.['input']);
        const [disk] = made.namedIn(handle);
        const { config } = made.resources.find((one) => one.address === disk) ?? {};
        expect(Object.values(config ?? {})).toEqual(expect.arrayContaining([zone, 77 + index]));
      });
    });

    test('builds into a registry whose password is asked for when it is needed', () => {
      expect(registry?.login.passwordCommand.length).toBeGreaterThan(1);
      const image = `ghcr.io/acme/broker@sha256:${'a'.repeat(64)}`;
      expect(make(makeCloud, { ...variables, KIT_IMAGE: image }).registry).toBeUndefined();
    });

    test('is the same stack from the same settings', () => {
      expect(synthesize(make(makeCloud, variables).stack).json).toEqual(synthesized.json);
    });
  });

  test(`${name} as a cloud does without a database where metadata are kept with the messages`, () => {
    const variables = { KIT_SIZE: 'sandbox', KIT_DATABASE: 'embedded' };
    expect(make(makeCloud, variables).database).toBeUndefined();
  });
}
