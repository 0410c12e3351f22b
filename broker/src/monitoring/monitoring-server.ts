import type { FastifyInstance } from 'fastify';
import { BrokerError } from '../core/errors/index.ts';
import type { Readiness } from './readiness.ts';

/** Where the health endpoints are. */
export interface MonitoringOptions {
  readonly host: string;
  /** 0 for a free one. */
  readonly port: number;
}

/**
 * Answers whoever watches over the process: `/healthz` (restart it when this is not 200) and `/readyz`
 * (send it clients while this is 200). Both say the state in JSON, `/readyz` also what the broker has to
 * do without.
 */
export class MonitoringServer {
  readonly #readiness: Readiness;
  readonly #options: MonitoringOptions;
  #app: FastifyInstance | undefined;
  #listening: Promise<{ port: number }> | undefined;

  constructor(readiness: Readiness, options: MonitoringOptions) {
    this.#readiness = readiness;
    this.#options = options;
  }

  /** Once. Rejects with ADDRESS_IN_USE or ADDRESS_NOT_USABLE. */
  listen(): Promise<{ port: number }> {
    this.#listening = this.#listen();
    return this.#listening;
  }

  /** Idempotent; waits for a `listen` on its way, which Fastify would not stop. */
  async close(): Promise<void> {
    await this.#listening?.catch(() => undefined); // its caller is told
    await this.#app?.close();
  }

  async #listen(): Promise<{ port: number }> {
    const { host, port } = this.#options;
    const app = await this.#build();
    this.#app = app;
    try {
      await app.listen({ host, port });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw new BrokerError(
        code === 'EADDRINUSE' ? 'ADDRESS_IN_USE' : 'ADDRESS_NOT_USABLE',
        { host, port, cause: message },
        error,
      );
    }
    const address = app.server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port');
    return { port: address.port };
  }

  async #build(): Promise<FastifyInstance> {
    // Loaded beside the store at start, so that it costs no time of its own.
    const { fastify } = await import('fastify');
    const app = fastify({ logger: false, forceCloseConnections: true });
    const readiness = this.#readiness;
    app.get('/healthz', (_request, reply) => {
      const { state } = readiness;
      return reply.code(state === 'broken' ? 503 : 200).send({ status: state });
    });
    app.get('/readyz', (_request, reply) => {
      const { state, degraded } = readiness;
      const isWhole = Object.keys(degraded).length === 0;
      const body = isWhole ? { status: state } : { status: state, degraded };
      return reply.code(state === 'ready' ? 200 : 503).send(body);
    });
    return app;
  }
}
