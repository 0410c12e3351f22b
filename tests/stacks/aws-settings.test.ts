import { publicPorts, sizes } from '../../modules/contract/index.ts';
import type { Size } from '../../modules/contract/index.ts';
import { object, SynthesizedStack, textsIn } from '../../modules/synthesized/index.ts';
import type { Json, SynthesizedResource } from '../../modules/synthesized/index.ts';
import { AwsScene, only } from './aws-scene.ts';

const scene = new AwsScene();
const stacks = Object.fromEntries(sizes.map((size) => [size, scene.stack(size)])) as Record<
  Size,
  SynthesizedStack
>;

describe('The sizes of AwsStack', () => {
  const counted = (type: string): Record<string, number> =>
    Object.fromEntries(sizes.map((size) => [size, stacks[size].of(type).length]));
  const shown = (read: (stack: SynthesizedStack) => unknown): Record<string, unknown> =>
    Object.fromEntries(sizes.map((size) => [size, read(stacks[size])]));

  test('have no NAT gateway, one, or one for each zone', () => {
    expect(counted('aws_nat_gateway')).toEqual({ sandbox: 0, small: 1, medium: 1, large: 3 });
    const perZone = scene.stack('medium', { KIT_NAT_PER_ZONE: 'true' });
    expect(perZone.of('aws_nat_gateway')).toHaveLength(3);
  });

  test('give nodes public addresses in a sandbox only', () => {
    const isPublic = shown(
      (stack) => only(stack, 'aws_subnet', 'public-0')['map_public_ip_on_launch'],
    );
    expect(isPublic).toEqual({ sandbox: true, small: false, medium: false, large: false });
    expect(only(stacks.sandbox, 'aws_eks_node_group')['subnet_ids']).toEqual([
      '${aws_subnet.public-0.id}',
    ]);
    expect(only(stacks.large, 'aws_eks_node_group', 'nodes-2')['subnet_ids']).toEqual([
      '${aws_subnet.private-2.id}',
    ]);
  });

  test('use a key of their own from small up', () => {
    expect(counted('aws_kms_key')).toEqual({ sandbox: 0, small: 1, medium: 1, large: 1 });
    const key = '${aws_kms_key.key.arn}';
    const { small } = stacks;
    // Last snapshots can be read for so long.
    expect(only(small, 'aws_kms_key')['deletion_window_in_days']).toBe(30);
    expect(only(small, 'aws_eks_cluster')['encryption_config']).toEqual({
      resources: ['secrets'],
      provider: { key_arn: key },
    });
    const encrypted = small.of('aws_db_instance', 'aws_ebs_volume', 'aws_secretsmanager_secret');
    expect(encrypted.filter(({ config }) => config['kms_key_id'] !== key)).toEqual([]);
    expect(only(small, 'aws_iam_role_policy', 'disks-key-policy')['policy']).toContain(
      'kms:CreateGrant',
    );
  });

  test('are protected by their preset: the lock from small up, the switches of AWS from medium up', () => {
    expect(shown((stack) => stack.of('terraform_data').filter(isLock).length)).toEqual({
      sandbox: 0,
      small: 1,
      medium: 1,
      large: 1,
    });
    const switches = shown((stack) => [
      only(stack, 'aws_eks_cluster')['deletion_protection'],
      only(stack, 'aws_db_instance')['deletion_protection'],
      only(stack, 'aws_lb')['enable_deletion_protection'],
    ]);
    const [off, on] = [false, true].map((value) => [value, value, value]);
    expect(switches).toEqual({ sandbox: off, small: off, medium: on, large: on });
  });

  test('keep what holds data from being destroyed or replaced, from small up', () => {
    const precious = ['aws_kms_key', 'aws_eks_cluster', 'aws_db_instance', 'aws_ebs_volume'];
    const kept = shown((stack) =>
      stack
        .of(...precious, 'aws_secretsmanager_secret')
        .map(({ config }) => object(config['lifecycle'])['prevent_destroy'])
        .every((flag) => flag === true),
    );
    expect(kept).toEqual({ sandbox: false, small: true, medium: true, large: true });
  });

  test('leave a last snapshot from small up, under a name of this life of the environment', () => {
    const snapshots = shown((stack) => only(stack, 'aws_db_instance')['final_snapshot_identifier']);
    expect(snapshots).toEqual({
      sandbox: undefined,
      small: 'thebes-dev-final-${terraform_data.life.output.suffix}',
      medium: snapshots['small'],
      large: snapshots['small'],
    });
    expect(only(stacks.sandbox, 'aws_db_instance')['skip_final_snapshot']).toBe(true);
  });

  test('leave a last snapshot of each disk from medium up', () => {
    const snapshots = shown((stack) => stack.of('aws_ebs_volume')[0]?.config['final_snapshot']);
    expect(snapshots).toEqual({ sandbox: false, small: false, medium: true, large: true });
  });

  test('free the names of their secrets at once in a sandbox, and can call secrets back from small up', () => {
    const windows = shown((stack) => [
      ...new Set(
        stack
          .of('aws_secretsmanager_secret')
          .map(({ config }) => config['recovery_window_in_days']),
      ),
    ]);
    expect(windows).toEqual({ sandbox: [0], small: [7], medium: [7], large: [7] });
    for (const { config } of stacks.sandbox.of('aws_secretsmanager_secret')) {
      expect(config['name_prefix']).toMatch(/^thebes-dev-[a-z-]+-$/);
    }
  });

  test('log more from medium up: who talked to whom, and what the control plane did', () => {
    expect(counted('aws_flow_log')).toEqual({ sandbox: 0, small: 0, medium: 1, large: 1 });
    const logs = shown((stack) => only(stack, 'aws_eks_cluster')['enabled_cluster_log_types']);
    const all = ['api', 'audit', 'authenticator'];
    expect(logs).toEqual({ sandbox: [], small: [], medium: all, large: all });
  });

  test('put the load balancer where nodes are', () => {
    const subnets = shown((stack) => (only(stack, 'aws_lb')['subnets'] as unknown[]).length);
    expect(subnets).toEqual({ sandbox: 1, small: 3, medium: 3, large: 3 });
    const across = shown((stack) => only(stack, 'aws_lb')['enable_cross_zone_load_balancing']);
    expect(across).toEqual({ sandbox: false, small: false, medium: true, large: true });
  });
});

function isLock({ name, config }: SynthesizedResource): boolean {
  return name === 'lock' && object(config['lifecycle'])['prevent_destroy'] === true;
}

describe('The settings of AwsStack', () => {
  test('take off the guards for a run that says so, those of AWS included', () => {
    const stack = scene.stack('large', { KIT_ALLOW_DESTROY: 'dev' });
    expect(only(stack, 'aws_eks_cluster')).toMatchObject({
      deletion_protection: false,
      lifecycle: { prevent_destroy: false },
    });
    expect(only(stack, 'aws_lb')['enable_deletion_protection']).toBe(false);
    const replacing = scene.stack('large', { KIT_ALLOW_REPLACE: 'dev' });
    expect(only(replacing, 'aws_db_instance')).toMatchObject({
      deletion_protection: true,
      lifecycle: { prevent_destroy: false },
    });
  });

  test('admit each administrator under a name that the order of the list does not change', () => {
    const [ada, ci] = [
      'arn:aws:iam::111122223333:user/ada',
      'arn:aws:iam::111122223333:role/ci/deploy',
    ];
    const stack = scene.stack('small', { KIT_AWS_ADMINS: `${ada},${ci}` });
    const turned = scene.stack('small', { KIT_AWS_ADMINS: `${ci},${ada}` });
    const entries = (from: SynthesizedStack): unknown =>
      Object.fromEntries(
        from.of('aws_eks_access_entry').map(({ name, config }) => [name, config['principal_arn']]),
      );
    expect(Object.values(entries(stack) as object)).toEqual([ada, ci]);
    expect(entries(turned)).toEqual(entries(stack));
    expect(stack.json['data']).not.toHaveProperty('aws_iam_session_context');
    expect(stack.of('aws_eks_access_policy_association')).toHaveLength(2);
  });

  test('remember the role of who deployed first, where no administrator is named', () => {
    const creator = only(stacks.small, 'terraform_data', 'creator');
    expect(creator).toMatchObject({
      input: { arn: '${data.aws_iam_session_context.caller-session.issuer_arn}' },
      lifecycle: { ignore_changes: ['input'] },
    });
    expect(only(stacks.small, 'aws_eks_access_entry')['principal_arn']).toBe(
      '${terraform_data.creator.output.arn}',
    );
  });

  test('run a sandbox on spot nodes', () => {
    const spot = scene.stack('sandbox', { KIT_SPOT: 'true' });
    expect(only(spot, 'aws_eks_node_group')['capacity_type']).toBe('SPOT');
    expect(only(stacks.sandbox, 'aws_eks_node_group')['capacity_type']).toBe('ON_DEMAND');
  });

  test('do without a database, and without the password for one', () => {
    const stack = scene.stack('sandbox', { KIT_DATABASE: 'embedded' });
    const left = stack.resources.filter(({ address }) => /aws_db_|database/.test(address));
    expect(left.filter(({ type }) => !/subnet|route/.test(type))).toEqual([]);
  });

  test('do without a registry where the image is there already', () => {
    const image = `ghcr.io/acme/broker@sha256:${'a'.repeat(64)}`;
    const stack = scene.stack('sandbox', { KIT_IMAGE: image });
    expect(stack.of('aws_ecr_repository', 'aws_ecr_lifecycle_policy')).toEqual([]);
    expect(JSON.stringify(stack.json['resource'])).toContain(image);
  });

  test('log in by a token, read when there is a cluster, where the tool cannot be had', () => {
    const [usual] = stacks.small.providers('kubernetes');
    expect(usual).toMatchObject({ exec: [{ command: 'aws' }] });
    expect(usual).not.toHaveProperty('token');
    const stack = scene.stack('small', { KIT_K8S_AUTH: 'token' });
    const { data } = stack.json as { data: Record<string, Json> };
    expect(data['aws_eks_cluster_auth']).toEqual({
      'cluster-login': { name: '${aws_eks_cluster.cluster.id}' },
    });
    expect(stack.providers('kubernetes')[0]).not.toHaveProperty('exec');
  });

  test('name the environment in a DNS zone', () => {
    const stack = scene.stack('small', { KIT_DOMAIN: 'broker.example.com' });
    expect(only(stack, 'aws_route53_record')).toMatchObject({
      name: 'dev.broker.example.com',
      type: 'A',
      alias: { name: '${aws_lb.ingress.dns_name}', zone_id: '${aws_lb.ingress.zone_id}' },
    });
    expect(outputs(stack)).toMatchObject({
      client_url: 'nats://dev.broker.example.com:6666',
      websocket_url: 'ws://dev.broker.example.com:7770',
    });
    expect(stack.of('aws_acm_certificate')).toEqual([]);
  });

  test('end TLS at the load balancer, but for clients that wait for INFO before it', () => {
    const stack = scene.stack(
      'small',
      { KIT_DOMAIN: 'broker.example.com', KIT_TLS: 'managed' },
      { ports: publicPorts },
    );
    const listeners = stack
      .of('aws_lb_listener')
      .map(({ config }) => [
        config['port'],
        config['protocol'],
        config['tcp_idle_timeout_seconds'],
      ]);
    expect(listeners).toEqual([
      [6666, 'TCP', 3600],
      [9000, 'TLS', undefined],
      [4444, 'TLS', undefined],
      [7770, 'TLS', undefined],
    ]);
    expect(only(stack, 'aws_lb_listener', 'ingress-ws')['certificate_arn']).toBe(
      '${aws_acm_certificate_validation.certificate-valid.certificate_arn}',
    );
    expect(outputs(stack)).toMatchObject({
      client_url: 'nats://dev.broker.example.com:6666',
      websocket_url: 'wss://dev.broker.example.com:7770',
    });
  });

  test('leave TLS to the broker where it has the certificate', () => {
    const stack = scene.stack('small', { KIT_TLS: 'secret:broker-tls' });
    expect(stack.of('aws_acm_certificate')).toEqual([]);
    expect(outputs(stack)).toMatchObject({
      client_url: 'tls://${aws_lb.ingress.dns_name}:6666',
      websocket_url: 'wss://${aws_lb.ingress.dns_name}:7770',
    });
  });

  test('keep names of load balancers within 32 characters for the longest environment', () => {
    const environment = 'a23456789-12345678';
    const stack = scene.stack('sandbox', { KIT_ENV: environment }, { ports: publicPorts });
    const names = stack
      .of('aws_lb', 'aws_lb_target_group')
      .map(({ config }) => String(config['name']));
    expect(names).toHaveLength(5);
    expect(names.filter((name) => name.length > 32)).toEqual([]);
    expect(new Set(names).size).toBe(5);
  });

  test('call the cluster and the last snapshot otherwise in another life of the environment', () => {
    const suffix = (created: string): unknown => {
      const kit = scene.kit('small');
      const aws = { ...kit.aws, record: { ...kit.aws.record, created } };
      const life = only(
        new SynthesizedStack(scene.json({ ...kit, aws })),
        'terraform_data',
        'life',
      );
      expect(life).toMatchObject({ lifecycle: { ignore_changes: ['input'] } });
      return object(life['input'])['suffix'];
    };
    const first = suffix('2026-11-30T12:00:00Z');
    expect(first).toMatch(/^[0-9a-z]{5}$/);
    expect(suffix('2026-11-30T12:00:00Z')).toBe(first);
    expect(suffix('2026-11-30T12:00:01Z')).not.toBe(first);
  });

  test('leave the rule of a network as it is when another one is taken out of the list before it', () => {
    const rules = (cidrs: string): Json =>
      Object.fromEntries(
        scene
          .stack('small', { KIT_CLIENT_CIDRS: cidrs })
          .of('aws_vpc_security_group_ingress_rule')
          .filter(({ name }) => name.startsWith('ingress-client-'))
          .map(({ name, config }) => [name, config['cidr_ipv4']]),
      );
    const kept = { 'ingress-client-from-198-51-100-0-24': '198.51.100.0/24' };
    expect(rules('198.51.100.0/24')).toEqual(kept);
    expect(rules('203.0.113.0/24,198.51.100.0/24')).toMatchObject(kept);
  });

  test('take IPv6 networks for what they are', () => {
    const stack = scene.stack('small', { KIT_CLIENT_CIDRS: '2001:db8::/32,198.51.100.0/24' });
    const name = 'ingress-client-from-2001-db8---32';
    const ipv6 = only(stack, 'aws_vpc_security_group_ingress_rule', name);
    expect(ipv6).toMatchObject({ cidr_ipv6: '2001:db8::/32' });
    expect(ipv6).not.toHaveProperty('cidr_ipv4');
  });

  test('refuse at plan a region whose database certificates are not known', () => {
    const stack = scene.stack('sandbox', { KIT_REGION: 'xx-nowhere-1' });
    expect(stack.json['locals']).toMatchObject({ database_authorities: 0 });
    expect(object(only(stack, 'aws_db_instance')['lifecycle'])['precondition']).toEqual([
      expect.objectContaining({ condition: '${local.database_authorities > 0}' }),
    ]);
    expect(stacks.sandbox.json['locals']).toMatchObject({ database_authorities: 3 });
  });

  test('put no password into the stack, wherever one is used', () => {
    const holders = [...textsIn(stacks.large.json)].filter(
      ({ path }) => path.includes('data_wo') || /^(password|secret_string)/.test(path.at(-1) ?? ''),
    );
    expect(holders.length).toBeGreaterThan(8);
    expect(holders.filter(({ text }) => !text.includes('${ephemeral.'))).toEqual([]);
  });
});

function outputs(stack: SynthesizedStack): Json {
  const found = object(stack.json['output']);
  return Object.fromEntries(
    Object.entries(found).map(([name, output]) => [name, object(output)['value']]),
  );
}
