import {
  refuseApiNames,
  validationRefusals,
} from '../../../../../support/simulated-providers/provider/refusals.ts';
import { Unknown } from '../../../../../support/simulated-providers/provider/values.ts';
import type { Value } from '../../../../../support/simulated-providers/provider/values.ts';
import { resourceCall } from './resource-calls.ts';

/** Type, argument, values that pass, values that do not. */
const table: readonly [string, string, string[], string[]][] = [
  [
    'aws_lb',
    'name',
    ['dev-client', 'a'.repeat(32)],
    ['a'.repeat(33), 'dev_client', '-dev', 'internal-x'],
  ],
  ['aws_lb', 'load_balancer_type', ['network'], ['classic']],
  ['aws_lb_target_group', 'name', ['dev-rest'], ['dev-rest-', 'dev.rest']],
  ['aws_lb_target_group', 'protocol', ['TCP'], ['tcp']],
  [
    'aws_db_instance',
    'identifier',
    ['dev-database'],
    ['Dev', '1dev', 'dev--x', 'dev-', 'd'.repeat(64)],
  ],
  ['aws_db_instance', 'final_snapshot_identifier', ['dev-Last'], ['dev--last', '']],
  ['aws_db_subnet_group', 'name', ['dev_group.1'], ['Dev']],
  ['aws_eks_cluster', 'name', ['dev_1'], ['-dev', 'dev.x', 'd'.repeat(101)]],
  [
    'aws_security_group',
    'description',
    ['nodes: 22/tcp (a+b)'],
    ['it’s', 'a?', 'a"b', 'd'.repeat(256)],
  ],
  ['aws_security_group', 'name', ['dev nodes'], ['sg-dev']],
  ['aws_vpc_security_group_ingress_rule', 'description', ['clients'], ['a > b']],
  ['aws_iam_role', 'name', ['dev@node'], ['dev node', 'd'.repeat(65)]],
  ['aws_secretsmanager_secret', 'name', ['dev/database'], ['dev database']],
  ['aws_ecr_repository', 'name', ['thebes/dev'], ['Thebes', 'a', 'dev//x', 'dev-']],
];

function config(path: string, value: Value): Value {
  return { [path]: value };
}

describe('A provider', () => {
  test.each(table)('judges %s.%s by its characters and length', (type, path, right, wrong) => {
    for (const text of right) expect(validationRefusals(type, config(path, text))).toEqual([]);
    for (const text of wrong) {
      expect(validationRefusals(type, config(path, text))).toEqual([
        expect.objectContaining({
          path: [path],
          detail: expect.stringContaining(`"${text}"`) as string,
        }),
      ]);
    }
  });

  test('does not judge what is not known yet, nor what is not given', () => {
    expect(validationRefusals('aws_lb', { name: Unknown.value })).toEqual([]);
    expect(validationRefusals('aws_lb', { name: null })).toEqual([]);
  });

  test('takes one of two arguments that exclude each other, known or not', () => {
    const both = validationRefusals('kubernetes_secret_v1', {
      data: { a: 'b' },
      data_wo: Unknown.value,
    });
    expect(both).toEqual([expect.objectContaining({ path: ['data'] })]);
    expect(validationRefusals('kubernetes_secret_v1', { data: null, data_wo: { a: 'b' } })).toEqual(
      [],
    );
    expect(
      validationRefusals('aws_db_instance', { password: 'x', password_wo: Unknown.value }),
    ).toHaveLength(1);
  });

  test.each([
    ['kubernetes_config_map_v1', 'broker.files-1', true],
    ['kubernetes_config_map_v1', 'Broker', false],
    ['kubernetes_config_map_v1', 'broker_files', false],
    ['kubernetes_config_map_v1', 'b'.repeat(254), false],
    ['kubernetes_namespace_v1', 'broker', true],
    ['kubernetes_namespace_v1', 'broker.dev', false],
    ['kubernetes_service_v1', 'b'.repeat(64), false],
  ])('judges the name of %s: %s is right: %s', (type, name, right) => {
    const refusals = validationRefusals(type, { metadata: [{ name }] });
    expect(refusals.map(({ path }) => path)).toEqual(right ? [] : [['metadata', 0, 'name']]);
  });

  test('judges labels of Kubernetes', () => {
    const labels = { 'app.kubernetes.io/name': 'broker' };
    expect(validationRefusals('kubernetes_pod_v1', { metadata: [{ labels }] })).toEqual([]);
    for (const wrong of [{ app: 'a b' }, { app: 'l'.repeat(64) }, { '/app': 'a' }]) {
      expect(validationRefusals('kubernetes_pod_v1', { metadata: [{ labels: wrong }] })).toEqual([
        expect.objectContaining({ path: ['metadata', 0, 'labels'] }),
      ]);
    }
  });
});

describe('An API', () => {
  test('refuses tags that only it judges, when the object is made', () => {
    const call = (tags: Record<string, string>): unknown =>
      refuseApiNames(resourceCall('create', 'aws_vpc', { tags_all: tags }))?.detail;
    expect(call({ 'kit:env': 'dev', owner: 'ada@example' })).toBeUndefined();
    for (const [key, value] of [
      ['aws:env', 'dev'],
      ['env', 'dev!'],
      ['env', 'v'.repeat(257)],
      ['k'.repeat(129), 'dev'],
      ['', 'dev'],
    ] as const) {
      expect(call({ [key]: value })).toContain('InvalidParameterValue');
    }
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v']));
    expect(call(many)).toContain('TagLimitExceeded');
  });

  test('refuses a selector that does not find the pods of its own template', () => {
    const workload = (app: string): unknown =>
      refuseApiNames(
        resourceCall('create', 'kubernetes_deployment_v1', {
          spec: [
            {
              selector: [{ match_labels: { app: 'broker' } }],
              template: [{ metadata: [{ labels: { app, part: 'x' } }] }],
            },
          ],
        }),
      )?.detail;
    expect(workload('broker')).toBeUndefined();
    expect(workload('nats')).toContain('`selector` does not match');
  });
});
