import type { ClientCertificates } from './tls-gate.ts';

/** What differs between installations and connections in the greeting. */
export interface ServerInfo {
  readonly serverId: string;
  readonly serverName: string;
  readonly host: string;
  readonly port: number;
  readonly payloadBytesMax: number;
  readonly clientId: number;
  readonly clientAddress: string;
  /** Whether certificates of clients are looked at; undefined without TLS. */
  readonly tls: ClientCertificates | undefined;
}

/**
 * The version that clients compare, not ours: njs and nats-py want three numbers and at least
 * 2.9.4, and this is what the server said that the SDKs were written for (wire-protocol.md 1.2).
 */
const PROTOCOL_VERSION = '2.10.7';

/**
 * The JSON behind INFO. `connect_urls`, `ldm`, `nonce` and, without TLS, its fields are left out on purpose:
 * each makes some client do something (wire-protocol.md 1.2). `tls_available` never stands: nats-py
 * would go on in clear (1.6).
 */
export function serverInfoJson(info: ServerInfo): string {
  return JSON.stringify({
    server_id: info.serverId,
    server_name: info.serverName,
    version: PROTOCOL_VERSION,
    proto: 1,
    go: 'none',
    host: info.host,
    port: info.port,
    headers: true,
    auth_required: true,
    max_payload: info.payloadBytesMax,
    jetstream: true,
    client_id: info.clientId,
    client_ip: info.clientAddress,
    ...(info.tls === undefined ? {} : { tls_required: true }),
    ...(info.tls === 'required' ? { tls_verify: true } : {}),
  });
}
