/** What a prompt asks of this model, read from its text as any model reads it. */
export interface Task {
  /** The word after `# Task:`. */
  readonly name: string;
  /** What comes before the material. */
  readonly instructions: string;
  /** The text between the document's marks; empty if there is none. */
  readonly document: string;
  /** The parsed JSON between marks of that name, such as `<claims>`; undefined if there are none. */
  readonly material: (name: string) => unknown;
}

/** The task that a prompt's text sets, if it sets one. */
export function taskIn(prompt: string): Task | undefined {
  const heading = /^# Task: (\w+)$/m.exec(prompt);
  if (heading === null) return undefined;
  const opening = /^<document\b[^\n]*>$/m.exec(prompt);
  // The document may itself hold such a mark: the last one is the prompt's.
  const document =
    opening === null ? "" : prompt.slice(opening.index + opening[0].length, prompt.lastIndexOf("\n</document>"));
  const asked = opening === null ? prompt : prompt.slice(0, opening.index);
  return {
    name: heading[1] ?? "",
    instructions: asked.split(/^<\w+>$/m)[0] ?? "",
    document: document.trim(),
    material: (name) => {
      const text = new RegExp(`^<${name}>\\n([\\s\\S]*?)\\n</${name}>$`, "m").exec(asked)?.[1];
      return text === undefined ? undefined : JSON.parse(text);
    },
  };
}

/** The number in "at most 8 claims". */
export function limitIn(task: Task): number {
  return Number(/at most (\d+)/i.exec(task.instructions)?.[1] ?? 8);
}
