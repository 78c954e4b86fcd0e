import { checkKeys, InvalidOptionError, type StepDescription } from "@flujo/dsl";

/**
 * Takes runs over that began with an older pipeline, where what has changed in it concerns what they have done: a step that is called
 * otherwise now, or gives something else.
 *
 * It only says how what is recorded is to be read; the record stays as it is. A run writes down the name of what it was taken over by, so it has to stay
 * registered as long as there are such runs.
 */
export interface RunMigration {
  /** Names it among those of a runner. */
  readonly name: string;
  /** Whether it is for runs of a pipeline, given as its `describe()` was. */
  readonly applies: (plan: StepDescription) => boolean;
  /**
   * Where a step is now that is recorded at `path`, a path in a run such as `pages@3/fetch`; undefined: it is gone, and what is recorded
   * of it is passed over. Default: where it was.
   */
  readonly path?: (path: string) => string | undefined;
  /** What a step's recorded output is now. Default: what it was. @param path - where the step is now */
  readonly output?: (output: unknown, path: string) => unknown;
}

const OPTIONS: readonly (keyof RunMigration)[] = ["name", "applies", "path", "output"];

/** @throws `InvalidOptionError` for one that can't be used, or two of one name */
export function checkMigrations(migrations: readonly RunMigration[] = []): readonly RunMigration[] {
  if (!Array.isArray(migrations))
    throw new InvalidOptionError("options.migrations", migrations, "a list of migrations");
  for (const [index, migration] of migrations.entries()) {
    const place = `options.migrations[${index}]`;
    checkKeys(place, migration, OPTIONS);
    const { name, applies, path, output } = migration;
    if (typeof name !== "string" || name === "") throw new InvalidOptionError(`${place}.name`, name, "a string");
    if (typeof applies !== "function") throw new InvalidOptionError(`${place}.applies`, applies, "a function");
    for (const [option, value] of Object.entries({ path, output })) {
      if (value !== undefined && typeof value !== "function") {
        throw new InvalidOptionError(`${place}.${option}`, value, "a function");
      }
    }
    if (migrations.findIndex((other) => other.name === name) < index) {
      throw new InvalidOptionError(`${place}.name`, name, "a name that no other migration has");
    }
  }
  return migrations;
}
