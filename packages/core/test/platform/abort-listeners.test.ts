import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { forgetAbort, listenForAbort } from "../../src/platform/abort-listeners.ts";

describe("listeners for an abort", () => {
  test("are called once, in the order in which they came, and not if they left", () => {
    const controller = new AbortController();
    const { signal } = controller;
    const called: string[] = [];
    const second = (): void => {
      called.push("second");
    };
    listenForAbort(signal, () => called.push("first"));
    listenForAbort(signal, second);
    listenForAbort(signal, () => called.push("third"));
    forgetAbort(signal, second);
    controller.abort();
    expect(called).toEqual(["first", "third"]);
  });

  test("may make others leave while they are called", () => {
    const controller = new AbortController();
    const { signal } = controller;
    const called: string[] = [];
    const other = (): void => {
      called.push("other");
    };
    listenForAbort(signal, () => {
      forgetAbort(signal, other);
    });
    listenForAbort(signal, other);
    controller.abort();
    expect(called).toEqual([]);
  });

  test("are one listener to the signal, however many they are", () => {
    const { signal } = new AbortController();
    const many = Array.from({ length: 1_000 }, () => () => undefined);
    for (const listener of many) listenForAbort(signal, listener);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
  });

  test("leave nothing on the signal once the last has left, unless it is to stay", () => {
    const { signal } = new AbortController();
    const listener = (): void => undefined;
    listenForAbort(signal, listener);
    forgetAbort(signal, listener, { stay: true });
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    listenForAbort(signal, listener);
    forgetAbort(signal, listener);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    listenForAbort(signal, listener);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
  });
});
