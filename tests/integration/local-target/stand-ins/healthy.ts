// Stands in for broker/src/main.ts: obeys the launch contract and does nothing else.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import path from 'node:path';

const {
  THEBES_HOST: host = '127.0.0.1',
  THEBES_CLIENT_PORT: clientPort = '6666',
  THEBES_MONITORING_PORT: monitoringPort = '8222',
  THEBES_DATA_DIR: dataDir = './data',
  THEBES_ROOT_PASSWORD_FILE: passwordFile = './root-password',
} = process.env;

mkdirSync(dataDir, { recursive: true });
const startsFile = path.join(dataDir, 'starts');
appendFileSync(startsFile, `${process.pid}\n`);
if (!existsSync(passwordFile)) writeFileSync(passwordFile, 'secret', { mode: 0o600 });

const clients = createTcpServer().listen(Number(clientPort), host);
const monitoring = createServer((request: IncomingMessage, response: ServerResponse) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ url: request.url, variables: process.env }));
}).listen(Number(monitoringPort), host, () => {
  const starts = readFileSync(startsFile, 'utf8').trim().split('\n').length;
  console.log(JSON.stringify({ event: 'ready', clientPort, monitoringPort, dataDir, starts }));
});

process.on('SIGTERM', () => {
  appendFileSync(path.join(dataDir, 'stops'), `${process.pid}\n`);
  console.log(JSON.stringify({ event: 'stopped' }));
  clients.close();
  monitoring.close();
  monitoring.closeAllConnections();
  process.exit(0);
});
