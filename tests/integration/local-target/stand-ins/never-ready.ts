// Stands in for broker/src/main.ts: listens, but never says that it is ready.
import { createServer } from 'node:http';

const { THEBES_HOST: host = '127.0.0.1', THEBES_MONITORING_PORT: port = '8222' } = process.env;

createServer((_request, response) => {
  response.statusCode = 503;
  response.end('{}');
}).listen(Number(port), host, () => console.log('waiting for something that does not come'));
