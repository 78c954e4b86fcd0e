import { restored, storable } from "./storable.ts";

type Tags = Readonly<Record<string, string>>;

/** For a column of type jsonb. */
export function tagsToJson(tags: Tags): string {
  return JSON.stringify(mapTexts(tags, (text) => storable(text, "tags")));
}

export function tagsFromJson(json: string): Tags {
  return mapTexts(JSON.parse(json) as Tags, restored);
}

function mapTexts(tags: Tags, change: (text: string) => string): Tags {
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [change(name), change(value)]));
}
