import {
  failureToConnect,
  failureToRun,
} from '../../../../../broker/src/metadata/postgres/failure.ts';

function fromServer(code: string): unknown {
  return Object.assign(new Error('said the server'), { code, severity: 'FATAL' });
}

describe('failureToRun', () => {
  test.each([
    ['57P01', 'unknown'],
    ['57P03', 'unknown'],
    ['08006', 'unknown'],
    ['25006', 'away'],
    ['53300', 'away'],
    ['57014', 'away'],
    ['40001', 'away'],
    ['40P01', 'away'],
    ['42501', 'refused'],
    ['53100', 'refused'],
  ])('takes %s of the server for %s', (code, kind) => {
    expect(failureToRun(fromServer(code)).kind).toBe(kind);
  });

  test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', ''])(
    'takes a broken socket (%j) for an unknown outcome',
    (code) => {
      expect(failureToRun(Object.assign(new Error('broken'), { code })).kind).toBe('unknown');
    },
  );
});

describe('failureToConnect', () => {
  test.each([
    ['28P01', 'barred'],
    ['3D000', 'barred'],
    ['57P03', 'away'],
    ['53300', 'away'],
    ['ECONNREFUSED', 'away'],
    ['ENOTFOUND', 'away'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'barred'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'barred'],
  ])('takes %s for %s', (code, kind) => {
    expect(failureToConnect(Object.assign(new Error('no'), { code })).kind).toBe(kind);
  });

  test('names each address of a host that has several', () => {
    const errors = [
      new Error('connect ECONNREFUSED ::1'),
      new Error('connect ECONNREFUSED 127.0.0.1'),
    ];
    const failure = failureToConnect(new AggregateError(errors, ''));
    expect(failure.message).toBe('connect ECONNREFUSED ::1; connect ECONNREFUSED 127.0.0.1');
  });
});
