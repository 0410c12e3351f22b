import { readFields } from '../../../../../../broker/src/protocols/nats/handlers/request-fields.ts';

const fieldsOf = (text: string) => readFields(Buffer.from(text));

describe('readFields', () => {
  test('reads keys in any case, also inside objects', () => {
    const fields = fieldsOf('{"Name":"x","PARTITIONS_number":3,"Dls":{"Schemaverse":true}}');
    expect(fields.text('name')).toBe('x');
    expect(fields.integer('partitions_number')).toBe(3);
    expect(fields.object('dls').flag('schemaverse')).toBe(true);
  });

  test.each(['{}', 'null', '{"t":null,"i":null,"f":null,"o":null}'])(
    'takes what is missing or null as nothing: %s',
    (text) => {
      const fields = fieldsOf(text);
      expect([fields.text('t'), fields.integer('i'), fields.flag('f')]).toEqual(['', 0, false]);
      expect([fields.integer('i', -1), fields.flag('f', true)]).toEqual([-1, true]);
      expect(fields.object('o').text('anything')).toBe('');
    },
  );

  test.each(['', '{', '[]', '5', '"x"', 'true', '{"a":1,}'])('rejects %p', (text) => {
    expect(() => fieldsOf(text)).toThrow(expect.objectContaining({ code: 'REQUEST_MALFORMED' }));
  });

  test.each([
    ['{"x":5}', 'field x has to be a text'],
    ['{"x":"5"}', 'field x has to be a whole number'],
    ['{"x":1.5}', 'field x has to be a whole number'],
    ['{"x":1e300}', 'field x has to be a whole number'],
    ['{"x":"true"}', 'field x has to be true or false'],
    ['{"x":[]}', 'field x has to be an object'],
  ])('names the field that is not as expected: %s', (text, problem) => {
    const fields = fieldsOf(text);
    const readers = [
      () => fields.text('x'),
      () => fields.integer('x'),
      () => fields.flag('x'),
      () => fields.object('x'),
    ];
    const problems = readers.map((read) => {
      try {
        read();
        return 'none';
      } catch (error) {
        return (error as { details: { problem: string } }).details.problem;
      }
    });
    expect(problems).toContain(problem);
  });

  test('names a field inside an object with the way to it', () => {
    const fields = fieldsOf('{"dls":{"poison":1}}');
    expect(() => fields.object('dls').flag('poison')).toThrow('dls.poison');
  });
});
