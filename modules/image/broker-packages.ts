/** What package-lock.json says of one installed package, or of a workspace. */
interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/**
 * The entries of package-lock.json that an install of the broker reads, one a line: its packages and
 * theirs, the tools that build it included. The rest of the lockfile is the kit's, and an image does
 * not become another one by it.
 */
export function brokerPackages(lockfileText: string): string {
  const { packages } = JSON.parse(lockfileText) as Lockfile;
  const places = new Set(['broker']);
  // A set is walked in the order of insertion, and what is added meanwhile comes last.
  for (const place of places) {
    for (const name of wantedBy(packages[place], place === 'broker')) {
      const found = placeOf(name, place, packages);
      if (found !== undefined) places.add(found);
    }
  }
  return [...places]
    .sort()
    .map((place) => `${place} ${JSON.stringify(packages[place])}`)
    .join('\n');
}

function wantedBy(entry: LockedPackage | undefined, withTools: boolean): readonly string[] {
  return Object.keys({
    ...entry?.dependencies,
    ...entry?.optionalDependencies,
    ...entry?.peerDependencies,
    ...(withTools ? entry?.devDependencies : {}),
  });
}

/** Where Node finds a package from a place: beside it first, then ever further up. */
function placeOf(name: string, from: string, packages: Lockfile['packages']): string | undefined {
  const above = from.split('/node_modules/');
  const folders = [...above.keys()].map((count) =>
    above.slice(0, above.length - count).join('/node_modules/'),
  );
  return [
    ...folders.map((folder) => `${folder}/node_modules/${name}`),
    `node_modules/${name}`,
  ].find((place) => place in packages);
}
