import type { Planted } from './planted.ts';
import type { SoundStack } from './sound-stack.ts';

function podOf(stack: SoundStack) {
  return stack.resource.kubernetes_deployment_v1.broker.spec.template.spec;
}

function containerOf(stack: SoundStack): Record<string, unknown> {
  return podOf(stack).container[0];
}

/** Violations in what the cluster is asked for. */
export const plantedInCluster: readonly Planted[] = [
  [
    'no-load-balancer-of-a-controller',
    ({ resource }) => (resource.kubernetes_service_v1.broker.spec.type = 'LoadBalancer'),
    'kubernetes_service_v1.broker: has type LoadBalancer',
  ],
  [
    'certificates-verified',
    ({ resource }) =>
      (resource.kubernetes_config_map_v1.broker.data['url'] = 'postgres://host/db?sslmode=require'),
    'kubernetes_config_map_v1.broker: has a weak sslmode',
  ],
  [
    'certificates-verified',
    ({ resource }) =>
      (resource.kubernetes_config_map_v1.broker.data['tls'] = '{"rejectUnauthorized": false}'),
    'kubernetes_config_map_v1.broker: has rejectUnauthorized: false',
  ],
  [
    'certificates-verified',
    ({ provider }) => (provider.kubernetes = [{ insecure: true }]),
    'provider.kubernetes: has insecure = true',
  ],
  [
    'connections-within-budget',
    ({ resource }) =>
      (resource.kubernetes_config_map_v1.broker.data['THEBES_POSTGRES_CONNECTION_COUNT_MAX'] =
        '120'),
    'kubernetes_deployment_v1.broker: 4 pods with 120 connections each, where the database has 440 to give',
  ],
  [
    'no-secret-written-down',
    (stack) => (containerOf(stack)['env'] = [{ name: 'PGPASSWORD', value: 'hunter2hunter2' }]),
    'kubernetes_deployment_v1.broker: the variable PGPASSWORD is written down',
  ],
  [
    'no-secret-written-down',
    ({ resource }) => (resource.kubernetes_secret_v1.database.data_wo['pin'] = '1234'),
    'kubernetes_secret_v1.database: data_wo.pin is written down',
  ],
  [
    'no-secret-written-down',
    ({ resource }) =>
      (resource.kubernetes_config_map_v1.broker.data['nats.conf'] = 'password: hunter2hunter2'),
    'kubernetes_config_map_v1.broker: data.nats.conf holds a password in a text',
  ],
  [
    'no-secret-written-down',
    ({ resource }) =>
      (resource.kubernetes_config_map_v1.broker.data['url'] =
        'nats://user.example:hunter2@nats.example'),
    'kubernetes_config_map_v1.broker: data.url holds a URL with a password',
  ],
  [
    'no-secret-written-down',
    ({ resource }) =>
      (resource.kubernetes_secret_v1.database.data_wo['nats.conf'] =
        'users: [ { user: "${local.user}", password: "hunter2hunter2" } ]'),
    'kubernetes_secret_v1.database: data_wo.nats.conf holds a password in a text',
  ],
  [
    'containers-bounded',
    (stack) => (containerOf(stack)['resources'] = { requests: { cpu: '1', memory: '1Gi' } }),
    'kubernetes_deployment_v1.broker: container broker has no limit of memory',
  ],
  [
    'containers-bounded',
    (stack) => delete containerOf(stack)['resources'],
    'kubernetes_deployment_v1.broker: container broker requests no processor',
  ],
  [
    'containers-unprivileged',
    (stack) => (podOf(stack).security_context = {}),
    'kubernetes_deployment_v1.broker: container broker may run as root',
  ],
  [
    'containers-unprivileged',
    (stack) => (podOf(stack).security_context['run_as_user'] = '0'),
    'kubernetes_deployment_v1.broker: container broker runs as root',
  ],
  [
    'containers-unprivileged',
    (stack) => (containerOf(stack)['security_context'] = { capabilities: { drop: ['ALL'] } }),
    'kubernetes_deployment_v1.broker: container broker may gain privileges',
  ],
  [
    'containers-unprivileged',
    (stack) => (containerOf(stack)['security_context'] = { allow_privilege_escalation: false }),
    'kubernetes_deployment_v1.broker: container broker keeps capabilities',
  ],
  [
    'images-pinned',
    (stack) => (containerOf(stack)['image'] = 'registry.example.com:5000/thebes:latest'),
    'kubernetes_deployment_v1.broker: container broker has an image by the tag latest: registry.example.com:5000/thebes:latest',
  ],
  [
    'images-pinned',
    (stack) => (containerOf(stack)['image'] = 'registry.example.com:5000/thebes'),
    'kubernetes_deployment_v1.broker: container broker has an image without a tag: registry.example.com:5000/thebes',
  ],
  [
    'namespaces-restricted',
    ({ resource }) => (resource.kubernetes_namespace_v1.broker['metadata'] = { name: 'broker' }),
    'kubernetes_namespace_v1.broker: does not enforce restricted',
  ],
  [
    'certificates-verified',
    ({ resource }) =>
      (resource.kubernetes_config_map_v1.broker.data['THEBES_POSTGRES_TLS'] = 'off'),
    'kubernetes_config_map_v1.broker: has THEBES_POSTGRES_TLS: off',
  ],
  [
    'certificates-verified',
    (stack) => (containerOf(stack)['env'] = [{ name: 'PGSSLMODE', value: 'prefer' }]),
    'kubernetes_deployment_v1.broker: has a weak sslmode',
  ],
  [
    'no-secret-written-down',
    ({ resource }) =>
      (resource.kubernetes_config_map_v1.broker.data['DB_PASSWORD'] = 'hunter2hunter2'),
    'kubernetes_config_map_v1.broker: the variable DB_PASSWORD is written down',
  ],
  [
    'no-secret-written-down',
    (stack) => {
      const [container] = podOf(stack).container;
      const env = [{ name: 'PGPASSWORD', value: 'hunter2hunter2' }];
      (podOf(stack) as Record<string, unknown>)['init_container'] = [{ ...container, env }];
    },
    'kubernetes_deployment_v1.broker: the variable PGPASSWORD is written down',
  ],
  [
    'namespaces-restricted',
    ({ resource }) =>
      (resource.kubernetes_deployment_v1.broker.metadata['namespace'] =
        '${kubernetes_service_v1.broker.metadata[0].namespace}'),
    'kubernetes_deployment_v1.broker: is in no namespace of this stack',
  ],
  [
    'namespaces-closed',
    ({ resource }) =>
      (resource.kubernetes_network_policy_v1['default-deny'].spec['ingress'] = [{ from: [] }]),
    'kubernetes_namespace_v1.broker: has no network policy that denies by default',
  ],
  [
    'namespaces-closed',
    ({ resource }) =>
      (resource.kubernetes_network_policy_v1['default-deny'].spec['policy_types'] = ['Ingress']),
    'kubernetes_namespace_v1.broker: has no network policy that denies by default',
  ],
  [
    'no-disk-of-a-controller',
    ({ resource }) =>
      delete resource.kubernetes_persistent_volume_claim_v1['messages-0'].spec['volume_name'],
    'kubernetes_persistent_volume_claim_v1.messages-0: names no volume_name',
  ],
];
