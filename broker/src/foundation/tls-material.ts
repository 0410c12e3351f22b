/** What a server shows and trusts in TLS, as PEM. */
export interface TlsMaterial {
  /** Its certificate, with the intermediate ones behind it. */
  readonly certificate: Uint8Array;
  readonly key: Uint8Array;
  /** By whom the certificates of clients have to be signed; undefined where none are looked at. */
  readonly authorities: Uint8Array | undefined;
}

/** TLS material that may be replaced while the broker runs. */
export interface TlsSource {
  readonly material: TlsMaterial;
  /** Is told of each replacement. Must not throw. */
  onChanged(listener: (material: TlsMaterial) => void): void;
}
