import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { identify } from '../../../../modules/host/index.ts';
import { portProblem } from '../../../../modules/local/free-port.ts';
import { freePort, registerRelease } from '../../../support/index.ts';

const named = { name: 'clients', variable: 'KIT_CLIENT_PORT', host: '127.0.0.1' };

async function takenPort(): Promise<number> {
  const holder = createServer().listen(0, named.host);
  registerRelease(() => void holder.close());
  await once(holder, 'listening');
  return (holder.address() as AddressInfo).port;
}

describe('portProblem', () => {
  test('finds none with a port that nobody holds', async () => {
    expect(await portProblem({ ...named, port: await freePort() }, [])).toBeNull();
  });

  test('names the process that holds a port', async () => {
    const port = await takenPort();
    const found = await portProblem({ ...named, port }, []);
    expect(found).toMatchObject({ code: 'PORT_TAKEN' });
    expect(JSON.stringify(found)).toContain(`process ${process.pid}`);
  });

  test('finds none with a port of a process that is about to be replaced', async () => {
    const self = identify(process.pid);
    if (self === null) throw new Error('This process does not find itself');
    expect(await portProblem({ ...named, port: await takenPort() }, [self])).toBeNull();
  });

  test('says why the system refuses an address', async () => {
    // Reserved for documentation (RFC 5737), so that no machine has it.
    const found = await portProblem({ ...named, host: '203.0.113.1', port: 0 }, []);
    expect(found).toMatchObject({ code: 'PORT_REFUSED' });
    expect(JSON.stringify(found)).toContain('EADDRNOTAVAIL');
  });
});
