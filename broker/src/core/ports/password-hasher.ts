/** Hashes passwords slowly and compares them safely (requirements.md 8.10). */
export interface PasswordHasher {
  /** A text that holds the algorithm, its cost, the salt and the hash. */
  hash(password: string): Promise<string>;
  verify(password: string, hash: string): Promise<boolean>;
  /** A keyed digest, cheap, of this process only: for remembering that a check succeeded. */
  digest(text: string): string;
}
