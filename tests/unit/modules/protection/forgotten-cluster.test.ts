import { forgottenCluster } from '../../../../modules/protection/forgotten-cluster.ts';

const stack = {
  terraform: { backend: {} },
  provider: {
    aws: [{ region: 'eu-central-1' }],
    kubernetes: [{ host: '${aws_eks_cluster.cluster.endpoint}' }],
  },
  data: { kubernetes_nodes: { all: {} }, aws_caller_identity: { me: {} } },
  resource: {
    aws_eks_cluster: { cluster: { name: 'thebes-dev' } },
    terraform_data: {
      after: { depends_on: ['kubernetes_secret_v1.root', 'aws_eks_cluster.cluster'] },
      last: { depends_on: ['kubernetes_secret_v1.root'] },
    },
    kubernetes_secret_v1: { root: {}, database: {} },
    kubernetes_namespace_v1: { broker: {} },
  },
  output: {
    client_url: { value: 'nats://${aws_lb.lb.dns_name}:6666' },
    namespace: { value: '${kubernetes_namespace_v1.broker.metadata[0].name}' },
  },
};

describe('forgottenCluster', () => {
  const forgotten = forgottenCluster(stack) as Record<string, Record<string, unknown>>;

  test('strikes every object of the cluster from the state without destroying it', () => {
    expect(forgotten['removed']).toEqual(
      [
        'kubernetes_secret_v1.root',
        'kubernetes_secret_v1.database',
        'kubernetes_namespace_v1.broker',
      ].map((from) => ({ from, lifecycle: { destroy: false } })),
    );
  });

  test('keeps what is outside of the cluster, and the provider that the state still names, of nowhere', () => {
    expect(forgotten['resource']).toEqual({
      aws_eks_cluster: { cluster: { name: 'thebes-dev' } },
      terraform_data: { after: { depends_on: ['aws_eks_cluster.cluster'] }, last: {} },
    });
    expect(forgotten['provider']).toEqual({ ...stack.provider, kubernetes: [{}] });
    expect(forgotten['terraform']).toEqual(stack.terraform);
  });

  test('leaves out outputs that say something of the inside', () => {
    expect(Object.keys(forgotten['output'] ?? {})).toEqual(['client_url']);
  });
});
