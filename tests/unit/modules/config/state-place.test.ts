import { parseStatePlace, statePlaceText } from '../../../../modules/config/state-place.ts';

describe('the place of a state', () => {
  test.each([
    ['local', { kind: 'local' }],
    ['s3://acme/x/y', { kind: 's3', bucket: 'acme', region: null, prefix: 'x/y' }],
    [
      's3://acme@eu-central-1/x',
      { kind: 's3', bucket: 'acme', region: 'eu-central-1', prefix: 'x' },
    ],
    ['gcs://acme/', { kind: 'gcs', bucket: 'acme', prefix: '' }],
    ['spaces://acme@fra1/x', { kind: 'spaces', bucket: 'acme', region: 'fra1', prefix: 'x' }],
  ])('is read from %s, and written as it was', (text, place) => {
    const read = parseStatePlace(text);
    expect(read).toEqual(place);
    expect(read && statePlaceText(read)).toBe(text);
  });

  test.each([
    's3://acme@fra1/x',
    'gcs://acme@us-east-1/x',
    'spaces://acme@us-east-1/x',
    's3://a/../b',
  ])('rejects %s', (text) => {
    expect(parseStatePlace(text)).toBeUndefined();
  });
});
