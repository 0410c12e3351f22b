/** The ports of a broker and their usual numbers, the same on every target. */
export const usualPorts = { client: 6666, monitoring: 8222 } as const;

export type PortName = keyof typeof usualPorts;
export type Ports = Readonly<Record<PortName, number>>;
