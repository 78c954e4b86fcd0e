/**
 * Compares the public surface of each entry point with its committed report, `packages/NAME/etc/ID.api.md`.
 * It reads the built declarations, so build first. `--update` rewrites the reports.
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import {
  CompilerState,
  ConsoleMessageId,
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type ExtractorMessage,
  ExtractorMessageCategory,
} from "@microsoft/api-extractor";
import { type EntryPoint, type PublishedPackage, publishedPackages, root } from "./workspace.ts";

const { values } = parseArgs({ options: { update: { type: "boolean", default: false } } });

const packages = publishedPackages();
// A set, because each report tells what the compiler found in the declarations that they share.
const problems = new Set([...notBuilt(), ...packages.flatMap(reportsWithoutEntry)]);
if (problems.size === 0) {
  compareOrUpdate();
}

for (const problem of problems) {
  console.error(problem);
}
if (problems.size > 0) {
  console.error("If a change of the surface is meant: `pnpm api:update`, then review the reports and commit them.");
  process.exitCode = 1;
}

function notBuilt(): string[] {
  return packages
    .flatMap(({ entries }) => entries)
    .filter(({ types }) => !existsSync(types))
    .map(({ types }) => `${relative(root, types)} is missing; run \`pnpm build\` first`);
}

function compareOrUpdate(): void {
  const configs = packages.flatMap((each) => each.entries.map((entry) => extractorConfig(each, entry)));
  const [first, ...others] = configs;
  if (first === undefined) {
    return;
  }
  // One program for all: checking the declarations they share takes longer than the reports.
  const compilerState = CompilerState.create(first, {
    additionalEntryPoints: others.map(({ mainEntryPointFilePath }) => mainEntryPointFilePath),
  });
  for (const config of configs) {
    const reportFile = relative(root, config.reportFilePath);
    mkdirSync(config.reportFolder, { recursive: true });
    Extractor.invoke(config, {
      compilerState,
      localBuild: values.update,
      printApiReportDiff: !values.update,
      messageCallback: (message) => {
        message.handled = true;
        if (isUpdateNote(message)) {
          console.log(`${reportFile} written`);
        } else if (isProblem(message)) {
          const report = message.category === ExtractorMessageCategory.Console ? `${reportFile}: ` : "";
          problems.add(`${report}${message.formatMessageWithLocation(root)}`);
        }
      },
    });
  }
}

function isUpdateNote({ messageId }: ExtractorMessage): boolean {
  return messageId === ConsoleMessageId.ApiReportCopied || messageId === ConsoleMessageId.ApiReportCreated;
}

function isProblem({ logLevel }: ExtractorMessage): boolean {
  return logLevel === ExtractorLogLevel.Error || logLevel === ExtractorLogLevel.Warning;
}

function extractorConfig(each: PublishedPackage, entry: EntryPoint): ExtractorConfig {
  const error = { logLevel: ExtractorLogLevel.Error };
  const silent = { logLevel: ExtractorLogLevel.None };
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(each.path, "package.json"),
    configObject: {
      projectFolder: each.path,
      mainEntryPointFilePath: entry.types,
      newlineKind: "lf",
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: "ES2023",
            lib: ["ES2023"],
            module: "NodeNext",
            strict: true,
            types: ["node"],
            // The declarations are also checked as a user's compiler without skipLibCheck would check them.
            skipLibCheck: false,
          },
          files: [entry.types],
        },
      },
      apiReport: {
        enabled: true,
        reportFolder: join(each.path, "etc"),
        reportTempFolder: join(root, "node_modules/.cache/api-reports"),
        reportFileName: entry.id,
        // A type that a signature mentions can break a user too, exported or not.
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: error },
        tsdocMessageReporting: { default: error },
        extractorMessageReporting: {
          default: error,
          "ae-forgotten-export": silent,
          // Everything an entry point exports is public here, so the tags would say nothing.
          "ae-missing-release-tag": silent,
          // The report marks these itself.
          "ae-undocumented": silent,
          // Links resolve as in an editor, by what the file imports; the extractor knows the package's own exports only.
          "ae-unresolved-link": silent,
        },
      },
    },
  });
}

/** Reports whose entry point is gone: removed with `--update`, a problem without. */
function reportsWithoutEntry(each: PublishedPackage): string[] {
  const folder = join(each.path, "etc");
  const expected = new Set(each.entries.map(({ id }) => `${id}.api.md`));
  const stale = existsSync(folder) ? readdirSync(folder).filter((file) => !expected.has(file)) : [];
  if (values.update) {
    for (const file of stale) {
      rmSync(join(folder, file));
    }
    return [];
  }
  return stale.map((file) => `${each.folder}: etc/${file} reports an entry point that is not in package.json`);
}
