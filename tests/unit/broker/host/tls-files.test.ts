import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SystemClock, TlsFiles } from '../../../../broker/src/host/index.ts';
import type { TlsMaterial } from '../../../../broker/src/foundation/index.ts';
import { RecordedLogger, silentLogger, tempDir, TestAuthority } from '../../../support/index.ts';
import type { Certificate } from '../../../support/index.ts';
import { ManualTime } from '../../../support/manual-time.ts';

const authority = new TestAuthority('one');
const first = authority.sign('first');
const second = authority.sign('second');

function filesWith({ certificateFile, keyFile }: Certificate) {
  const directory = tempDir();
  const paths = {
    certificate: join(directory, 'tls.crt'),
    key: join(directory, 'tls.key'),
    authorities: '',
  };
  copyFileSync(certificateFile, paths.certificate);
  copyFileSync(keyFile, paths.key);
  return paths;
}

describe('TlsFiles', () => {
  test('are taken over when they change, and whoever follows them is told', async () => {
    const paths = filesWith(first);
    const files = await TlsFiles.open(paths, silentLogger, new SystemClock());
    const told: TlsMaterial[] = [];
    files.onChanged((material) => told.push(material));
    await files.refresh();
    expect(told).toEqual([]);
    copyFileSync(second.certificateFile, paths.certificate);
    copyFileSync(second.keyFile, paths.key);
    await files.refresh();
    expect(told.map(({ certificate }) => Buffer.from(certificate).toString())).toEqual([
      second.certificate,
    ]);
    expect(files.material).toBe(told[0]);
  });

  test('that can not be used are said once, and those before stay', async () => {
    const paths = filesWith(first);
    const logger = new RecordedLogger();
    const files = await TlsFiles.open(paths, logger, new SystemClock());
    copyFileSync(second.certificateFile, paths.certificate); // the key follows later
    await files.refresh();
    await files.refresh();
    expect(Buffer.from(files.material.certificate).toString()).toBe(first.certificate);
    const complaints = logger.lines.filter(({ level }) => level === 'error');
    expect(complaints).toMatchObject([{ fields: { event: 'tls-files-unusable' } }]);
    copyFileSync(second.keyFile, paths.key);
    await files.refresh();
    expect(Buffer.from(files.material.certificate).toString()).toBe(second.certificate);
  });

  test('with a certificate whose time is over are not taken for one that is good, nor passed over at the start', async () => {
    const paths = filesWith(first);
    const logger = new RecordedLogger();
    const files = await TlsFiles.open(paths, logger, new SystemClock());
    expect(logger.lines).toEqual([]);
    const old = authority.sign('old', { endsAtMs: Date.now() - 1000 });
    copyFileSync(old.certificateFile, paths.certificate);
    copyFileSync(old.keyFile, paths.key);
    await files.refresh();
    expect(Buffer.from(files.material.certificate).toString()).toBe(first.certificate);
    expect(logger.lines).toMatchObject([
      { level: 'error', fields: { cause: expect.stringContaining('time of the new certificate') } },
    ]);
    const opened = await TlsFiles.open(paths, logger, new SystemClock());
    expect(logger.lines[1]?.fields).toMatchObject({ event: 'tls-certificate-over' });
    copyFileSync(second.certificateFile, paths.certificate);
    copyFileSync(second.keyFile, paths.key);
    await opened.refresh();
    expect(Buffer.from(opened.material.certificate).toString()).toBe(second.certificate);
  });

  test('are looked at again and again until that is cancelled', async () => {
    const paths = filesWith(first);
    const time = new ManualTime();
    const files = await TlsFiles.open(paths, silentLogger, new SystemClock());
    const stop = files.watch(time, 1000);
    const changed = new Promise<TlsMaterial>((resolve) => files.onChanged(resolve));
    copyFileSync(second.certificateFile, paths.certificate);
    copyFileSync(second.keyFile, paths.key);
    await time.advance(1000);
    expect(Buffer.from((await changed).key).toString()).toBe(second.key);
    stop();
    expect(time.timerCount).toBe(0);
  });

  test.each<[string, (paths: ReturnType<typeof filesWith>) => void]>([
    ['a file is missing', (paths) => (paths.key = '/nowhere/tls.key')],
    ['the key is of another certificate', (paths) => copyFileSync(second.keyFile, paths.key)],
    ['a file is no PEM', (paths) => writeFileSync(paths.certificate, 'hello')],
    ['the authorities are no PEM', (paths) => (paths.authorities = __filename)],
  ])('are rejected at the start when %s, with the paths', async (_case, spoil) => {
    const paths = filesWith(first);
    spoil(paths);
    await expect(TlsFiles.open(paths, silentLogger, new SystemClock())).rejects.toMatchObject({
      code: 'TLS_FILES',
      message: expect.stringContaining(`certificate ${paths.certificate}, key ${paths.key}`),
    });
  });
});
