import fc from 'fast-check';
import { presets } from '../../../../modules/presets/index.ts';
import { connectionBudget } from '../../../../modules/platform/connection-budget.ts';

describe('connectionBudget', () => {
  test('never promises more connections than there are, with one broker more while one is replaced', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 5000 }),
        fc.integer({ min: 1, max: 9 }),
        (connectionCountMax, replicas) => {
          const each = connectionBudget({ connectionCountMax }, { replicas });
          expect(each).toBeGreaterThanOrEqual(1);
          expect(each * (replicas + 1)).toBeLessThanOrEqual(connectionCountMax - 10);
        },
      ),
    );
  });

  test('shares what a small database has, and takes no more of a large one than is of use', () => {
    expect(connectionBudget({ connectionCountMax: 22 }, { replicas: 2 })).toBe(4);
    expect(connectionBudget({ connectionCountMax: 900 }, { replicas: 6 })).toBe(10);
  });

  test('is enough for every size', () => {
    const budgets = Object.values(presets).map(({ aws, broker }) =>
      connectionBudget(aws.database, broker),
    );
    expect(budgets).toEqual([10, 10, 10, 10]);
  });

  test('rejects a database that is too small for its brokers', () => {
    expect(() => connectionBudget({ connectionCountMax: 12 }, { replicas: 2 })).toThrow(
      'A database of 12 connections is too small for 2 brokers: 10 are reserved, and 3 brokers may run at once.',
    );
  });
});
