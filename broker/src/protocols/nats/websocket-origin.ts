/**
 * Whether a page of this origin may open a connection. Programs send no origin. A browser says which page it
 * acts for, and a page from elsewhere has no business with a broker that only this machine or this
 * network can reach: without a look at it, any site could try passwords from its visitors' browsers.
 */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined || allowed.includes('*')) return true;
  const name = hostNameOf(origin);
  if (name === undefined) return false; // `null`, of a sandboxed page or a file
  return name === hostNameOf(`http://${host ?? ''}`) || allowed.includes(new URL(origin).origin);
}

function hostNameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}
