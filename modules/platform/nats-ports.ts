/** Ports of a NATS server; none of them is reached from outside the cluster. */
export const natsPorts = {
  client: 4222,
  routes: 6222,
  /** Health, and what the exporter reads. */
  monitoring: 8222,
  /** Of the exporter beside it: the same for Prometheus. */
  metrics: 7777,
} as const;
