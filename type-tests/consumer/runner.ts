import { Flujo, unwrap } from "@flujo/core";
import { type FlujoModule, StateBackend } from "@flujo/core/protocols";
import { chain, joined } from "./steps.js";

export const flujo = new Flujo(chain);
export const withContext = new Flujo(joined, { context: { seen: [], tone: "dry" } });
export const run = async (text: string) => unwrap(await flujo.run(text));
export const onlyWhenCompleted = async () => {
  const result = await withContext.run("text");
  return result.status === "completed" ? result.output : result.status;
};
export const memory = (backend: StateBackend): FlujoModule => {
  return (container) => void container.register(StateBackend, { useValue: backend });
};
