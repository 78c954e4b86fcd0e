import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The folder that holds the workspace, absolute. */
export const root: string = join(import.meta.dirname, "..");

/** A package that is published, as its package.json describes it. */
export interface PublishedPackage {
  /** Its name on the registry, such as `@flujo/core`. */
  readonly name: string;
  /** Its folder's name below `packages/`, such as `core`. */
  readonly folder: string;
  /** Where it lives, absolute. */
  readonly path: string;
  /** The file name that `pnpm pack` gives its tarball. */
  readonly tarball: string;
  /** The names of the packages that it imports, those that may be missing included. */
  readonly dependencies: readonly string[];
  readonly entries: readonly EntryPoint[];
}

/** One key of a package's `exports` that has types. */
export interface EntryPoint {
  /** Dotted name for files about it: `core` for `.`, `core.protocols` for `./protocols`. */
  readonly id: string;
  /** Its declaration file, absolute. Only there once the package is built. */
  readonly types: string;
  /** What it is made from, absolute. */
  readonly source: string;
  /** The file of its code, absolute. Only there once the package is built. */
  readonly code: string;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, string | ExportConditions>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A key of `exports` that has types has all three. */
interface ExportConditions {
  readonly types: string;
  readonly "@flujo/source": string;
  readonly default: string;
}

/** Every package below `packages/` that is not private, in the order of their folders' names. */
export function publishedPackages(): PublishedPackage[] {
  const packages = join(root, "packages");
  return readdirSync(packages)
    .toSorted()
    .map((folder) => ({ folder, path: join(packages, folder) }))
    .filter(({ path }) => existsSync(join(path, "package.json")))
    .map(({ folder, path }) => ({ folder, path, manifest: readManifest(path) }))
    .filter(({ manifest }) => manifest.private !== true)
    .map(({ folder, path, manifest }) => ({
      name: manifest.name,
      folder,
      path,
      tarball: `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`,
      dependencies: Object.keys({
        ...manifest.dependencies,
        ...manifest.peerDependencies,
        ...manifest.optionalDependencies,
      }),
      entries: entryPoints(folder, path, manifest),
    }));
}

function entryPoints(folder: string, path: string, manifest: Manifest): EntryPoint[] {
  return Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) => {
    if (typeof target === "string") {
      return [];
    }
    const id = [folder, ...subpath.split("/").slice(1)].join(".");
    const { types, "@flujo/source": source, default: code } = target;
    return [{ id, types: join(path, types), source: join(path, source), code: join(path, code) }];
  });
}

function readManifest(path: string): Manifest {
  // Our own file, and a wrong one fails the install long before this.
  return JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as Manifest;
}
