import { reportText } from '../../../../modules/doctor/index.ts';

describe('reportText', () => {
  test('is a line for what is well, four parts for what is not, and a sum', () => {
    const problem = { code: 'X', what: 'It is not', received: 'a', accepted: 'b', next: 'c' };
    expect(
      reportText([
        { name: 'node', verdict: 'ok', found: 'Node.js 20' },
        { name: 'terraform', verdict: 'problem', problem },
      ]),
    ).toMatchInlineSnapshot(`
      "ok       node       Node.js 20
      problem  terraform  It is not. (X)
                 received: a
                 accepted: b
                 next:     c

      1 ok, 0 warnings, 1 problems"
    `);
  });
});
