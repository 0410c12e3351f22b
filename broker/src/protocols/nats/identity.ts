import { StationAccess } from '../../core/users/index.ts';
import type { User } from '../../core/users/index.ts';
import type { ConnectRequest } from './connect-request.ts';

/** Who is at the other end of a connection, once that is known. */
export interface Identity {
  /** The name of the user whose credentials were checked; never what a request claims. */
  readonly user: string;
  /** What that user may do. */
  readonly access: StationAccess;
  /** The key that ties producers and consumers to the connection; kept across reconnects by SDKs. */
  readonly connectionId: string;
  /** As Memphis writes it: `node.js`, `python`, `go`. */
  readonly sdkLanguage: string;
  readonly echo: boolean;
  readonly headers: boolean;
  readonly noResponders: boolean;
}

const sdkLanguages = new Map([
  ['nats.js', 'node.js'],
  ['python3', 'python'],
]);

/** `plainId` is the connection id of a client that brings none. */
export function identityOf(request: ConnectRequest, user: User, plainId: string): Identity {
  const [connectionId = '', userPart] = (request.name ?? '').split('::');
  return {
    user: user.name,
    access: new StationAccess(user),
    connectionId: userPart === undefined || connectionId === '' ? plainId : connectionId,
    sdkLanguage: sdkLanguages.get(request.language) ?? request.language,
    echo: request.echo,
    headers: request.headers,
    noResponders: request.noResponders && request.headers,
  };
}
