/** Chance, passed in: seeded in tests and simulations, from the system's entropy in production. */
export interface Prng {
  /** A whole number from 0 to 2^32 - 1, each equally likely. */
  uint32(): number;
}
