import { refuseProtected } from '../../../../../support/simulated-providers/provider/protections.ts';
import type { ObjectValue } from '../../../../../support/simulated-providers/provider/values.ts';
import { resourceCall } from './resource-calls.ts';

const destroyed = (type: string, values: ObjectValue): string | undefined => {
  const refusal = refuseProtected(resourceCall('destroy', type, values));
  return refusal === undefined ? undefined : `${refusal.summary} ${refusal.detail}`;
};

describe('A protected object', () => {
  test.each([
    ['aws_db_instance', 'deletion_protection'],
    ['aws_eks_cluster', 'deletion_protection'],
    ['aws_lb', 'enable_deletion_protection'],
  ])('of type %s goes once %s is off', (type, argument) => {
    const values = { skip_final_snapshot: true };
    expect(destroyed(type, { ...values, [argument]: true })).toContain('switch it off first');
    expect(destroyed(type, { ...values, [argument]: false })).toBeUndefined();
  });

  test('that is a database asks for the name of a last snapshot, unless none is wanted', () => {
    expect(destroyed('aws_db_instance', {})).toContain('final_snapshot_identifier is required');
    expect(destroyed('aws_db_instance', { final_snapshot_identifier: 'last' })).toBeUndefined();
    expect(destroyed('aws_db_instance', { skip_final_snapshot: true })).toBeUndefined();
  });
});
