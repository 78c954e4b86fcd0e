/**
 * Says which project references are missing: of the root to a project, which `tsc -b` would never look at, and of a
 * package to a package it depends on, which would be built too late or be read as it was before the last change.
 */
import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { publishedPackages, root } from "./workspace.ts";

const packages = publishedPackages();
const folders = new Map(packages.map(({ name, folder }) => [name, folder]));
const missing = [...missingOfRoot(), ...packages.flatMap(({ folder }) => missingOfPackage(folder))];

for (const line of missing) {
  console.error(line);
}
process.exitCode = missing.length > 0 ? 1 : 0;

function missingOfRoot(): string[] {
  const referenced = referencesOf("tsconfig.json");
  return globSync(["*/tsconfig.json", "packages/*/tsconfig.json", "examples/*/tsconfig.json"], { cwd: root })
    .map((file) => dirname(file))
    .filter((folder) => !referenced.includes(folder))
    .map((folder) => `tsconfig.json does not reference ${folder}`);
}

/** What a package uses is a reference of its build, what only its tests use one of its tests. */
function missingOfPackage(folder: string): string[] {
  const { dependencies = {}, devDependencies = {} } = read(`packages/${folder}/package.json`);
  return [
    ...missingOfProject(`packages/${folder}/tsconfig.build.json`, dependencies),
    ...missingOfProject(`packages/${folder}/tsconfig.test.json`, devDependencies),
  ];
}

function missingOfProject(config: string, dependencies: Readonly<Record<string, string>>): string[] {
  const referenced = referencesOf(config).map((path) => basename(dirname(path)));
  return Object.keys(dependencies)
    .map((name) => folders.get(name))
    .filter((folder) => folder !== undefined && !referenced.includes(folder))
    .map((folder) => `${config} does not reference ../${folder}/tsconfig.build.json`);
}

function referencesOf(config: string): string[] {
  return (read(config).references ?? []).map(({ path }) => path);
}

/** Only the fields that matter here, of a package.json or a tsconfig.json. */
interface Configuration {
  readonly references?: readonly { readonly path: string }[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function read(file: string): Configuration {
  return JSON.parse(readFileSync(join(root, file), "utf8")) as Configuration;
}
