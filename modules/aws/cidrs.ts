// One /16 for an environment, parted so that no part ever has to move (10.40.x.y):
//   0 to 15    /24 each   public: load balancer, NAT gateways, nodes of a sandbox
//   16 to 31   /24 each   database: no way out
//   64 to 255  /20 each   private: nodes; wide, for every pod takes an address of its zone

/** Of all addresses of an environment. */
export const networkCidr = '10.40.0.0/16';

/** Addresses of a zone, by its index. */
export const zoneCidrs = {
  public: (zoneIndex: number): string => `10.40.${zoneIndex}.0/24`,
  database: (zoneIndex: number): string => `10.40.${16 + zoneIndex}.0/24`,
  private: (zoneIndex: number): string => `10.40.${64 + 16 * zoneIndex}.0/20`,
} as const;
