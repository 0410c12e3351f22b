import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { RawClient } from '../../integration/wire/raw-client.ts';
import { repositoryRoot, tempDir } from '../../support/index.ts';
import type { BrokerProcessOptions } from '../../support/index.ts';

/** A dead letter as the broker keeps it. */
export interface KeptDeadLetter {
  readonly id: number;
  readonly partition: number;
  readonly sequence: number;
  readonly group: string | null;
  readonly cause: string;
  readonly reason: string;
  readonly deliveryCount: number;
  readonly headers: string;
  readonly payload: string;
}

/** An application user and the stations it may read and write. */
export interface LimitedUser {
  readonly name: string;
  readonly password: string;
  readonly allowRead: readonly string[];
  readonly allowWrite: readonly string[];
}

/** The way into a broker of a test that people will have by the management API. */
export class Door {
  readonly #path = join(tempDir(), 'door');

  /** How the broker has to be started. */
  get brokerOptions(): BrokerProcessOptions {
    return {
      nodeArguments: ['--import', join(repositoryRoot, 'tests/conformance/door/door.mjs')],
      env: { CONFORMANCE_DOOR: this.#path },
    };
  }

  /** The door finds the dead letters by their first use, which is an ack of none. */
  async open(client: Pick<RawClient, 'publish' | 'flush'>): Promise<void> {
    client.publish('$memphis_pm_acks', '{"id":1,"cg_name":"nobody"}');
    await client.flush();
  }

  async deadLetters(station: string): Promise<readonly KeptDeadLetter[]> {
    return (await this.#call({ do: 'list', station })) as readonly KeptDeadLetter[];
  }

  /** Sends every dead letter of a station on; resolves with how many somebody got. */
  async resend(station: string, operation: string): Promise<number> {
    const { sentCount } = (await this.#call({ do: 'resend', station, operation })) as {
      sentCount: number;
    };
    return sentCount;
  }

  /** Adds or changes an application user; its connections are ended when this resolves. */
  async putUser(user: LimitedUser): Promise<void> {
    await this.#call({ do: 'putUser', user: { ...user, kind: 'application' } });
  }

  async #call(call: object): Promise<unknown> {
    const socket = connect(this.#path);
    await once(socket, 'connect');
    socket.end(JSON.stringify(call));
    const answer = JSON.parse(await text(socket)) as { value?: unknown; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value;
  }
}
