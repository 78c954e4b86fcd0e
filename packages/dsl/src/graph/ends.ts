import type { ConditionalStep } from "../composites/conditional-step.ts";
import type { HumanStep } from "../composites/human-step.ts";
import type { MapStep } from "../composites/map-step.ts";
import type { ParallelStep } from "../composites/parallel-step.ts";
import type { RouterStep } from "../composites/router-step.ts";
import type { StateMachineStep } from "../composites/state-machine-step.ts";
import { toJsonSchema } from "../schema/standard-schema.ts";
import type { AnyStep } from "../step/step.ts";
import { type Refusals, refusalsOf, refusalsOfItems } from "./refusals.ts";
import { exactly } from "./schema/exactly.ts";
import { isRecord, type JsonSchema, linkSchema, NEVER, UNSAID } from "./schema/json-schema.ts";
import { stepsAside } from "./steps-aside.ts";

/** What a step takes, or gives, at one of the places in it where that is said. */
export interface End {
  /** The step that says it. */
  readonly owner: string;
  /** `undefined` where it is said by a schema that can't be written as JSON Schema. */
  readonly schema: JsonSchema | undefined;
  /** The schema as the user gave it. */
  readonly source: unknown;
  /** What its check really refuses, where it can be asked. */
  readonly refusals?: Refusals | undefined;
  /** Whether it concerns only some values, which a function of the user's chooses. */
  readonly chosen?: boolean;
  /** Whether a failure there is met: by a fallback, or by collecting it. */
  readonly met?: boolean;
}

/** What a step checks its input by: its own schema, or those of the steps in it that are given the same input. */
export function taken(step: AnyStep): readonly End[] {
  const ends = takenByWork(step);
  return step.policies.fallback === undefined ? ends : ends.map((end) => ({ ...end, met: true }));
}

/** The same of its own work alone. */
export function takenByWork(step: AnyStep): readonly End[] {
  const children = step.children().map((child) => child.step);
  switch (step.kind) {
    case "pipeline": {
      const first = children.find(({ kind }) => kind !== "identity");
      return first === undefined ? [] : taken(first);
    }
    case "loop":
    case "nested":
      return children.flatMap(taken);
    case "map":
      return marked(
        children.flatMap(taken).map(listOf),
        "met",
        (step as MapStep<never, unknown>).onFailure === "collect",
      );
    case "parallel":
    case "router": {
      const { onFailure } = step as ParallelStep<never, unknown>;
      const all = marked(children.flatMap(taken), "chosen", step.kind === "router");
      return marked(all, "met", onFailure === "collect");
    }
    case "branch":
      return marked(children.flatMap(taken), "chosen", true);
    case "stateMachine": {
      const { states, start } = step as StateMachineStep<never, unknown>;
      return taken(states[start] as AnyStep);
    }
    case "human":
      return [];
    default:
      return own(step, "input");
  }
}

/**
 * What a step gives, once for each way in which it can come about.
 *
 * @param passing - what it is given, which is what an identity gives
 */
export function given(step: AnyStep, passing: readonly End[] = []): readonly End[] {
  const { optional } = step.policies;
  return [
    ...givenByWork(step, passing),
    ...stepsAside(step).flatMap((other) => given(other.step, passing)),
    ...fallbackValue(step),
    ...(optional === undefined ? [] : valueEnd(`value of ${step.name} if left out`, optional.value)),
  ];
}

/** The same of its own work alone, what may stand for that left out. */
export function givenByWork(step: AnyStep, passing: readonly End[] = []): readonly End[] {
  const children = step.children().map((child) => child.step);
  switch (step.kind) {
    case "identity":
      return passing;
    case "pipeline":
      return children.reduce<readonly End[]>((ends, child) => given(child, ends), passing);
    case "branch":
      return Object.values((step as ConditionalStep<never, unknown>).cases)
        .concat((step as ConditionalStep<never, unknown>).otherwise ?? [])
        .flatMap((child) => given(child, passing));
    case "stateMachine": {
      const { states, final } = step as StateMachineStep<never, unknown>;
      return final.flatMap((state) => given(states[state] as AnyStep));
    }
    case "loop":
    case "nested":
      return children.flatMap((child) => given(child));
    case "map": {
      const { body, onFailure } = step as MapStep<never, unknown>;
      return onFailure === "collect"
        ? []
        : together(step, { item: body }, ({ item }) => ({ type: "array", items: item }));
    }
    case "parallel":
    case "router": {
      const { branches, routes, onFailure } = step as ParallelStep<never, unknown> & RouterStep<never, unknown>;
      if (onFailure === "collect") return [];
      return together(step, branches ?? routes, (properties) => ({
        type: "object",
        properties,
        required: step.kind === "parallel" ? Object.keys(properties) : [],
        additionalProperties: NEVER,
      }));
    }
    case "human": {
      const { schema } = step as HumanStep<never, unknown>;
      const json = toJsonSchema(schema, "output");
      return [{ owner: step.name, schema: json && linkSchema(json), source: schema }];
    }
    default:
      return own(step, "output");
  }
}

/** What a step without steps in it says of itself: `details()` shows its schemas, in any kind that has some. */
function own(step: AnyStep, side: "input" | "output"): readonly End[] {
  const { [side]: json } = step.details();
  if (!isRecord(json)) return [];
  // A schema that can't be written as JSON Schema is shown by its vendor alone.
  const schema = typeof json.vendor === "string" ? undefined : linkSchema(json);
  const source = (step as { readonly [_ in typeof side]?: unknown })[side];
  return [{ owner: step.name, schema, source, refusals: side === "input" ? refusalsOf(source) : undefined }];
}

function fallbackValue({ name, policies: { fallback } }: AnyStep): readonly End[] {
  return fallback?.type === "value" ? valueEnd(`fallback value of ${name}`, fallback.value) : [];
}

function valueEnd(owner: string, value: unknown): readonly End[] {
  const schema = exactly(value);
  return schema === undefined ? [] : [{ owner, schema, source: undefined }];
}

function listOf(end: End): End {
  if (end.schema === undefined) return end;
  const refusals = end.refusals && refusalsOfItems(end.refusals);
  return { ...end, source: undefined, schema: { type: "array", items: end.schema }, refusals };
}

/** One end made of those of several steps; where one of them says nothing, that part of it fits everything. */
function together(
  step: AnyStep,
  parts: Readonly<Record<string, AnyStep>>,
  join: (schemas: Readonly<Record<string, JsonSchema>>) => JsonSchema,
): readonly End[] {
  const schemas = Object.entries(parts).map(([name, part]): [string, JsonSchema] => {
    const [first = UNSAID, ...others] = given(part).map(({ schema }) => schema ?? UNSAID);
    if (others.length === 0) return [name, first];
    // Between alternatives of which one is not known, nothing is known.
    return [name, first === UNSAID || others.includes(UNSAID) ? UNSAID : { anyOf: [first, ...others] }];
  });
  return [{ owner: step.name, schema: join(Object.fromEntries(schemas)), source: undefined }];
}

function marked(ends: readonly End[], mark: "chosen" | "met", on: boolean): readonly End[] {
  return on ? ends.map((end) => ({ ...end, [mark]: true })) : ends;
}
