/** The ports of a broker and their usual numbers, the same on every target. */
export const usualPorts = { client: 6666, webSocket: 7770, monitoring: 8222 } as const;

/** What a port is for. */
export type PortName = keyof typeof usualPorts;
/** The number of each port. */
export type Ports = Readonly<Record<PortName, number>>;
