/** An image that is not ours. */
export interface PinnedImage {
  readonly name: string;
  /** Its tag. */
  readonly version: string;
  /** `sha256:…` of the list of its architectures; null where nobody has looked it up yet. */
  readonly digest: string | null;
}

/**
 * The images that run beside the broker. A tag can be moved to other content, a digest cannot: fill
 * in each digest from a machine that reaches the registry (`docker buildx imagetools inspect
 * <name>:<version>`), and again whenever the version changes.
 */
export const images = {
  /** With a shell-less program alone it would have no `nats-server` on its path for preStop; alpine has. */
  nats: {
    name: 'nats',
    // Tests run 2.15.2; this is the newest whose digest several public sources name alike.
    version: '2.15.0-alpine',
    digest: 'sha256:ac8f88a6494bffc2c2a5289a0ca61cb28a9145c11ba5677cf24265d07f46d8d4',
  },
  // By its version alone: no source that can be reached from here names its digest.
  exporter: { name: 'natsio/prometheus-nats-exporter', version: '0.20.2', digest: null },
} as const satisfies Record<string, PinnedImage>;

/** The image as a pod asks for it: by digest where that is known, which then decides. */
export function imageReference({ name, version, digest }: PinnedImage): string {
  return digest === null ? `${name}:${version}` : `${name}:${version}@${digest}`;
}
