import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Flujo } from "@flujo/core";
import { step } from "@flujo/dsl";
import { z } from "zod";
import { chainOf } from "./chain-of.ts";
import { micros, ratio, report } from "./report.ts";
import { race } from "./statistics.ts";

const LENGTHS = [1, 100] as const;
/** Steps in a turn, at least. */
const STEPS = 50;

const add = async (n: number): Promise<number> => n + 1;

/** Runs a chain of steps once. */
type Run = () => Promise<unknown>;

interface Peer {
  /** What is imported, from the folder `peers`. */
  readonly module: string;
  /** @param library - that module: what is used of it is typed where it is used, since it need not be installed */
  readonly make: (length: number, library: never) => Run;
}

const PEERS: Readonly<Record<string, Peer>> = {
  "LangGraph.js": { module: "@langchain/langgraph", make: langGraph },
  Mastra: { module: "@mastra/core/workflows", make: mastra },
  Effect: { module: "effect", make: effect },
};

/** A step of others' beside one of ours, in memory and with nothing attached, for those that are installed in the folder `peers`. */
export async function benchPeers(): Promise<void> {
  const installed: { readonly name: string; readonly peer: Peer; readonly library: unknown }[] = [];
  for (const [name, peer] of Object.entries(PEERS)) {
    const library = await load(peer.module);
    if (library === undefined) console.log(`${name} is left out: it is not installed in benchmarks/peers`);
    else installed.push({ name, peer, library });
  }
  for (const length of LENGTHS) {
    await using flujo = new Flujo(chainOf(length, (name) => step(name, add)));
    const chains: Record<string, Run> = { Flujo: () => flujo.run(0) };
    for (const { name, peer, library } of installed) chains[name] = peer.make(length, library as never);
    const runs = Math.ceil(STEPS / length);
    const turns = Object.entries(chains).map(([name, run]) => [name, repeated(run, runs)]);
    const times = await race(Object.fromEntries(turns) as Record<string, Run>, { rounds: 21, warmup: 10 });
    const ours = times["Flujo"] ?? Number.NaN;
    report(
      `A step in a chain of ${length}, in memory (median of 21)`,
      Object.entries(times).map(([name, ms]) => [
        name,
        micros(ms / length / runs),
        name === "Flujo" ? "" : `${ratio(ms, ours)} Flujo's`,
      ]),
    );
  }
}

/** A run, so many times. */
function repeated(run: Run, runs: number): Run {
  return async () => {
    for (let made = 0; made < runs; made++) await run();
  };
}

async function load(module: string): Promise<unknown> {
  const { resolve } = createRequire(new URL("../peers/package.json", import.meta.url));
  let file: string;
  try {
    file = resolve(module);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
  return import(pathToFileURL(file).href);
}

interface LangGraph {
  readonly START: string;
  readonly END: string;
  readonly Annotation: { (): unknown; readonly Root: (fields: object) => unknown };
  readonly StateGraph: new (state: unknown) => Graph;
}

interface Graph {
  addNode(name: string, work: (state: { readonly n: number }) => Promise<object>): void;
  addEdge(from: string, to: string): void;
  compile(): { invoke(state: object, options: object): Promise<unknown> };
}

function langGraph(length: number, { START, END, Annotation, StateGraph }: LangGraph): Run {
  const graph = new StateGraph(Annotation.Root({ n: Annotation() }));
  const names = Array.from({ length }, (_, index) => `s${index}`);
  for (const name of names) graph.addNode(name, async ({ n }) => ({ n: await add(n) }));
  for (const [index, name] of names.entries()) graph.addEdge(names[index - 1] ?? START, name);
  graph.addEdge(names.at(-1) ?? START, END);
  const compiled = graph.compile();
  return () => compiled.invoke({ n: 0 }, { recursionLimit: length + 2 });
}

interface Mastra {
  readonly createStep: (options: object) => unknown;
  readonly createWorkflow: (options: object) => Workflow;
}

interface Workflow {
  then(step: unknown): Workflow;
  commit(): Workflow;
  createRun(): Promise<{ start(options: object): Promise<unknown> }>;
}

function mastra(length: number, { createStep, createWorkflow }: Mastra): Run {
  const schemas = { inputSchema: z.number(), outputSchema: z.number() };
  const execute = ({ inputData }: { readonly inputData: number }): Promise<number> => add(inputData);
  let workflow = createWorkflow({ id: "chain", ...schemas });
  for (let index = 0; index < length; index++)
    workflow = workflow.then(createStep({ id: `s${index}`, ...schemas, execute }));
  workflow.commit();
  return async () => (await workflow.createRun()).start({ inputData: 0 });
}

interface EffectLibrary {
  readonly Effect: {
    readonly promise: (work: () => Promise<number>) => unknown;
    readonly flatMap: (before: unknown, next: (n: number) => unknown) => unknown;
    readonly runPromise: (effect: unknown) => Promise<unknown>;
  };
}

function effect(length: number, { Effect }: EffectLibrary): Run {
  let chain = Effect.promise(() => add(0));
  for (let index = 1; index < length; index++) chain = Effect.flatMap(chain, (n) => Effect.promise(() => add(n)));
  return () => Effect.runPromise(chain);
}
