import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMemphisInstance } from 'memphis-dev';
import { connectMemphis, registerRelease, startBroker, tempDir } from '../../support/index.ts';
import type { BrokerProcess } from '../../support/index.ts';
import { RawClient } from '../wire/raw-client.ts';
import { runToEnd } from './run-to-end.ts';

function usersFile(content: string): string {
  const path = join(tempDir(), 'users.yaml');
  writeFileSync(path, content);
  return path;
}

const ann = 'users: {client: [{user: ann, password: "correct horse"}]}';

async function connectWithToken(broker: BrokerProcess, connectionToken: string, username = 'root') {
  const memphis = await createMemphisInstance().connect({
    host: '127.0.0.1',
    port: broker.clientPort,
    username,
    connectionToken,
    timeoutMs: 5_000,
    suppressLogs: true,
  });
  registerRelease(() => memphis.close());
  return memphis;
}

describe('A broker whose clients log in with a token', () => {
  test('generates the token for its owner alone, takes it from SDKs and plain clients, keeps it', async () => {
    const path = usersFile(ann);
    const env = { THEBES_CLIENT_LOGIN: 'token', THEBES_INITIAL_USERS_FILE: path };
    const broker = await startBroker({ env });
    const file = join(broker.dataDir, 'connection-token');
    const token = readFileSync(file, 'utf8').trim();
    expect(token).toMatch(/^[0-9a-f]{40}$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const memphis = await connectWithToken(broker, token);
    await memphis.station({ name: 'orders' });
    expect((await connectWithToken(broker, token, 'ann')).isConnected()).toBe(true);
    await expect(connectWithToken(broker, `${token}x`)).rejects.toThrow(/Authorization Violation/);
    await expect(connectWithToken(broker, token, 'ghost')).rejects.toThrow(
      /Authorization Violation/,
    );
    await expect(connectMemphis(broker)).rejects.toThrow(/Authorization Violation/);

    const plain = await RawClient.dial(broker.clientPort);
    await plain.connect({ auth_token: `ann::${token}` });
    expect(plain.lines).toContain('PONG');

    await broker.restart();
    expect(readFileSync(file, 'utf8').trim()).toBe(token);
    await connectWithToken(broker, token);
    expect(JSON.stringify(broker.log) + broker.stderr).not.toContain(token);
  });

  test('takes the token from a file, and warns when others may read it', async () => {
    const path = join(tempDir(), 'token');
    writeFileSync(path, 'our-own-long-token\n');
    chmodSync(path, 0o644);
    const env = { THEBES_CLIENT_LOGIN: 'token', THEBES_CONNECTION_TOKEN_FILE: path };
    const broker = await startBroker({ env });
    await connectWithToken(broker, 'our-own-long-token');
    const warnings = broker.log.filter(({ path: warned }) => warned === path);
    expect(warnings).toContainEqual(
      expect.objectContaining({ msg: 'Others than its owner may read the connection token file' }),
    );
  });

  test.each([
    ['memphis', 'The connection token can not be used. Received: 7 bytes (not shown).'],
    ['', 'can not be used: it is empty'],
  ])('ends with 1 for the token %j, saying what is accepted', async (token, text) => {
    const path = join(tempDir(), 'token');
    writeFileSync(path, token);
    const { code, stderr } = await runToEnd({
      THEBES_DATA_DIR: tempDir(),
      THEBES_CLIENT_LOGIN: 'token',
      THEBES_CONNECTION_TOKEN_FILE: path,
    });
    expect(code).toBe(1);
    expect(stderr).toContain(text);
  });

  test('has no token where clients log in by password, which refuses one', async () => {
    const broker = await startBroker();
    expect(() => statSync(join(broker.dataDir, 'connection-token'))).toThrow(/ENOENT/);
    await expect(connectWithToken(broker, broker.rootPassword)).rejects.toThrow(
      /Authorization Violation/,
    );
  });
});

describe('The file of initial users', () => {
  test('is read at the first start only', async () => {
    const path = usersFile(ann);
    const broker = await startBroker({ env: { THEBES_INITIAL_USERS_FILE: path } });
    const options = { username: 'ann', password: 'correct horse' };
    await connectMemphis(broker, options);
    rmSync(path);
    await broker.restart();
    await connectMemphis(broker, options);
    expect(JSON.stringify(broker.log) + broker.stderr).not.toContain('correct horse');
  });

  test('with mistakes ends the start with 1 and all of them, and creates nobody', async () => {
    const dataDir = tempDir();
    const path = usersFile('users: {client: [{user: a b, password: "correct horse"}, {user: c}]}');
    const settings = { THEBES_DATA_DIR: dataDir, THEBES_INITIAL_USERS_FILE: path };
    const { code, stderr } = await runToEnd(settings);
    expect(code).toBe(1);
    expect(stderr).toContain('The name can not be that of a user. Received: a b.');
    expect(stderr).toContain('wrong at users.client[1].password. Received: nothing.');
    expect(stderr).not.toContain('    at '); // no stack: nothing is wrong with the program
    writeFileSync(path, ann);
    const broker = await startBroker({ dataDir, env: { THEBES_INITIAL_USERS_FILE: path } });
    await connectMemphis(broker, { username: 'ann', password: 'correct horse' });
  });

  test.each([
    ['that is missing', undefined, /can not be used: ENOENT/],
    ['that is no YAML', 'users: [', /The file of initial users .* can not be used: /],
  ])('%s ends the start with 1', async (_, content, text) => {
    const path = content === undefined ? join(tempDir(), 'none') : usersFile(content);
    const settings = { THEBES_DATA_DIR: tempDir(), THEBES_INITIAL_USERS_FILE: path };
    const { code, stderr } = await runToEnd(settings);
    expect(code).toBe(1);
    expect(stderr).toMatch(text);
  });
});
