import type { Account } from "./account.ts";
import { anonymous } from "./compared-texts.ts";
import type { EffectHad } from "./happening.ts";
import type { Problem } from "./problem.ts";

/**
 * Each effect of the undisturbed run must be there, and no other. One driver must not have it more often than the undisturbed
 * one had; the next one may have it again where the step had not settled, under the same key.
 */
export function differentEffects(undisturbed: Account, killed: Account): readonly Problem[] {
  const expected = countEffects(undisturbed);
  const found = countEffects(killed);
  const problem = (effect: EffectHad, message: string): Problem => ({ kind: "effects", path: effect.path, message });
  const missing = [...expected.values()]
    .filter(({ effect }) => !found.has(identity(effect)))
    .map(({ effect }) => problem(effect, `${effectInWords(effect)} is missing`));
  const others = [...found.values()].flatMap(({ effect, most, keys }): readonly Problem[] => {
    const should = expected.get(identity(effect));
    if (should === undefined) return [problem(effect, `${effectInWords(effect)} is none of the undisturbed run's`)];
    if (most > should.most) {
      return [
        problem(effect, `${effectInWords(effect)} came ${most} times from one driver, ${should.most} undisturbed`),
      ];
    }
    if (keys.size === 1 && should.keys.has([...keys][0] as string)) return [];
    return [
      problem(effect, `${effectInWords(effect)} came with the idempotency keys ${[...keys].map(quoted).join(" and ")}`),
    ];
  });
  return [...missing, ...others];
}

interface CountedEffect {
  readonly effect: EffectHad;
  /** By the driver's number. */
  readonly times: Map<number, number>;
  /** How often one driver had it, at most. */
  most: number;
  readonly keys: Set<string>;
}

function countEffects({ runId, happenings }: Account): ReadonlyMap<string, CountedEffect> {
  const counted = new Map<string, CountedEffect>();
  for (const effect of happenings) {
    if (effect.type !== "effect") continue;
    const key = identity(effect);
    const count = counted.get(key) ?? { effect, times: new Map(), most: 0, keys: new Set() };
    const times = (count.times.get(effect.by) ?? 0) + 1;
    count.times.set(effect.by, times);
    count.most = Math.max(count.most, times);
    count.keys.add(anonymous(effect.key, runId));
    counted.set(key, count);
  }
  return counted;
}

/** What makes it the same effect in another run. */
function identity({ path, attempt, what }: EffectHad): string {
  return JSON.stringify([path, attempt, what]);
}

/** For people. */
export function effectInWords({ path, attempt, what }: EffectHad): string {
  return `the effect${what === "" ? "" : ` ${quoted(what)}`} of "${path}" (attempt ${attempt})`;
}

function quoted(text: string): string {
  return `"${text}"`;
}
