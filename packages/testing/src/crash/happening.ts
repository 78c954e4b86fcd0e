/** One thing that was seen of a run under test. Their order is that in which they happened. */
export type Happening =
  | StepBegun
  | EffectHad
  | {
      /** Entries were acknowledged to their driver (`by` is given), or found in the store after a death. */
      readonly type: "settled";
      readonly by?: number;
      readonly paths: readonly string[];
    }
  | EndingStored
  | {
      /** A driver asked for the run: how it stood may be over. */
      readonly type: "wanted";
    }
  | {
      /** An answer was acknowledged to whoever gave it. */
      readonly type: "answered";
      readonly path: string;
      readonly value: string;
    };

/** It was acknowledged that the run has ended, or waits for answers to the questions of these tokens. */
export interface EndingStored {
  readonly type: "stood";
  readonly status: string;
  readonly tokens: readonly string[];
}

/** A driver began an attempt at a step, or entered a composite. */
export interface StepBegun {
  readonly type: "begun";
  readonly by: number;
  readonly path: string;
}

/** A step had an effect. */
export interface EffectHad {
  readonly type: "effect";
  /** The number of the driver. */
  readonly by: number;
  readonly path: string;
  readonly attempt: number;
  readonly key: string;
  readonly what: string;
}
