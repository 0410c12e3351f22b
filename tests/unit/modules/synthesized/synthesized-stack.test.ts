import { block, blocks, SynthesizedStack } from '../../../../modules/synthesized/index.ts';

const stack = new SynthesizedStack({
  locals: { name: '${aws_vpc.vpc.id}' },
  data: { aws_region: { here: { name: '${local.name}' } } },
  resource: {
    aws_vpc: { vpc: { cidr: '10.0.0.0/16' } },
    aws_subnet: {
      a: { vpc_id: '${data.aws_region.here.name}' },
      b: { depends_on: ['aws_subnet.a'], tags: { Name: 'aws_vpc.other' } },
      c: { tags: { Name: 'aws_subnet.b in a text, which is no reference' } },
    },
  },
});

describe('SynthesizedStack', () => {
  test('names resources as Terraform does', () => {
    expect(stack.resources.map(({ address }) => address)).toEqual([
      'aws_vpc.vpc',
      'aws_subnet.a',
      'aws_subnet.b',
      'aws_subnet.c',
    ]);
    expect(stack.of('aws_vpc')).toHaveLength(1);
  });

  test('follows what a resource needs through depends_on, data and locals', () => {
    expect([...stack.needs('aws_subnet.b')].sort()).toEqual([
      'aws_subnet.a',
      'aws_vpc.vpc',
      'data.aws_region.here',
      'local.name',
    ]);
  });

  test('takes no text for a reference that is not an expression', () => {
    expect([...stack.needs('aws_subnet.c')]).toEqual([]);
  });
});

describe('blocks', () => {
  test('are a list, whether one is written as an object or as a list', () => {
    expect(blocks({ spec: { a: 1 } }, 'spec')).toEqual([{ a: 1 }]);
    expect(blocks({ spec: [{ a: 1 }, { a: 2 }] }, 'spec')).toEqual([{ a: 1 }, { a: 2 }]);
    expect(blocks({ spec: null }, 'spec')).toEqual([]);
    expect(blocks('text', 'spec')).toEqual([]);
  });

  test('are reached by the names on the way down', () => {
    const config = { spec: [{ template: { spec: [{ x: 1 }] } }] };
    expect(block(config, 'spec.template.spec')).toEqual({ x: 1 });
    expect(block(config, 'spec.strategy.spec')).toBeUndefined();
  });
});
