import { withEstimate } from '../../../../modules/cost/index.ts';

describe('withEstimate', () => {
  test('adds what a stack costs to its outputs, where cdktf finds it', () => {
    const json = {
      '//': { metadata: { version: 1 }, outputs: { aws: { namespace: 'namespace' } } },
      output: { namespace: { value: 'broker' } },
      resource: { aws_eks_cluster: { cluster: {} } },
    };
    expect(withEstimate(json)).toEqual({
      ...json,
      '//': {
        metadata: { version: 1 },
        outputs: { aws: { namespace: 'namespace', monthly_estimate_usd: 'monthly_estimate_usd' } },
      },
      output: { namespace: { value: 'broker' }, monthly_estimate_usd: { value: 73 } },
    });
  });
});
