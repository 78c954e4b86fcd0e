import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { FlujoModule } from "@flujo/core/protocols";
import { type AnyStep, isStep } from "@flujo/dsl";
import { UsageError } from "../errors/usage-error.ts";
import { loadModule, type ModuleExports } from "./load-module.ts";

/** What a pipeline file gives: the pipeline, and what its author wants it to be run with. */
export interface PipelineFile {
  readonly pipeline: AnyStep;
  /** The file's export `modules`. A state backend that they bring is used instead of SQLite. */
  readonly modules: readonly FlujoModule[];
  /** The file's export `context`: what a run begins with unless `--context` says otherwise. */
  readonly context: unknown;
}

/**
 * Loads a file and takes the step from its default export, or the one called `exportName`.
 * A function there is called, and may be async.
 *
 * @throws {@link UsageError} if there is no such file, it can't be loaded, or gives no step.
 */
export async function loadPipelineFile(file: string, exportName = "default"): Promise<PipelineFile> {
  const path = resolve(file);
  if (!existsSync(path)) throw new UsageError(`There is no file ${path}`);
  const exported = await load(path);
  return {
    pipeline: await takeStep(exported, exportName, basename(path)),
    modules: takeModules(exported, basename(path)),
    context: exported["context"],
  };
}

async function load(path: string): Promise<ModuleExports> {
  try {
    return await loadModule(path);
  } catch (cause) {
    throw new UsageError(`${path} can't be loaded`, { cause });
  }
}

async function takeStep(exported: ModuleExports, name: string, file: string): Promise<AnyStep> {
  const candidate = exported[name];
  const value: unknown =
    typeof candidate === "function" ? await callFactory(candidate as () => unknown, name, file) : candidate;
  if (isStep(value)) return value;
  const called = name === "default" ? "no step as its default export" : `no step under the name "${name}"`;
  throw new UsageError(`${file} has ${called}. ${listExports(exported)}`);
}

async function callFactory(factory: () => unknown, name: string, file: string): Promise<unknown> {
  try {
    return await factory();
  } catch (cause) {
    throw new UsageError(`The function that ${file} exports as "${name}" threw`, { cause });
  }
}

function takeModules(exported: ModuleExports, file: string): readonly FlujoModule[] {
  const modules = exported["modules"] ?? [];
  if (Array.isArray(modules) && modules.every((module) => typeof module === "function"))
    return modules as FlujoModule[];
  throw new UsageError(`The export "modules" of ${file} must be an array of functions, such as [consoleTracer()]`);
}

function listExports(exported: ModuleExports): string {
  const entries = Object.entries(exported);
  if (entries.length === 0) return "It exports nothing.";
  const list = entries.map(([name, value]) => `${name} (${kindOf(value)})`).join(", ");
  const step = entries.find(([name, value]) => name !== "default" && isStep(value))?.[0];
  return `It exports ${list}.${step === undefined ? "" : ` Try --export ${step}`}`;
}

function kindOf(value: unknown): string {
  if (isStep(value)) return "a step";
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`.replace("a undefined", "undefined");
}
