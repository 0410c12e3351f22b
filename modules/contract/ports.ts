/** The ports of a broker and their usual numbers, the same on every target. */
export const usualPorts = { client: 6666, webSocket: 7770, monitoring: 8222 } as const;

/** What a port is for. */
export type PortName = keyof typeof usualPorts;
/** The number of each port. */
export type Ports = Readonly<Record<PortName, number>>;

/** What a load balancer in front of the brokers offers. */
export interface PublicPort {
  readonly name: 'dashboard' | 'client' | 'rest' | 'webSocket';
  /** Short, for names of at most 32 characters: `thebes-<environment of 18>-client` has 32. */
  readonly label: 'dash' | 'client' | 'rest' | 'ws';
  readonly port: number;
  /** Fixed, so that a load balancer finds the broker without asking the cluster (iac.md 1.1). */
  readonly nodePort: number;
  /** `nats`: sessions that may be silent for long; `http`: requests. */
  readonly speaks: 'nats' | 'http';
  /** Who ends TLS where the load balancer could: plain NATS clients expect INFO before TLS (iac.md 1.2). */
  readonly tlsEndsAt: 'loadBalancer' | 'broker';
  /** Whether the broker listens on it yet; no port is opened that nothing answers on (product.md, promise 8). */
  readonly isServed: boolean;
}

/** Every port that a load balancer may offer, in the order in which people meet them. */
export const publicPorts: readonly PublicPort[] = [
  {
    name: 'dashboard',
    label: 'dash',
    port: 9000,
    nodePort: 30900,
    speaks: 'http',
    tlsEndsAt: 'loadBalancer',
    isServed: false,
  },
  {
    name: 'client',
    label: 'client',
    port: usualPorts.client,
    nodePort: 30666,
    speaks: 'nats',
    tlsEndsAt: 'broker',
    isServed: true,
  },
  {
    name: 'rest',
    label: 'rest',
    port: 4444,
    nodePort: 30444,
    speaks: 'http',
    tlsEndsAt: 'loadBalancer',
    isServed: false,
  },
  {
    name: 'webSocket',
    label: 'ws',
    port: usualPorts.webSocket,
    nodePort: 30770,
    speaks: 'nats',
    tlsEndsAt: 'loadBalancer',
    isServed: true,
  },
];
