/** Text that has broken stores before: in ids, in paths, in keys, in content. */
export const HOSTILE_TEXTS: readonly string[] = [
  `it's "quoted" \`thrice\``,
  "'; DROP TABLE runs; --",
  "%_*?[a-z]",
  "line\nbreak\r\nand\ttab",
  "before\0after",
  "before\0other",
  "\0",
  " padded ",
  "👩‍👩‍👧 𝕏",
  // The same letter to the eye, composed and decomposed: two different ids.
  "caf\u00e9",
  "cafe\u0301",
  "Case",
  "case",
  "../../etc/passwd",
  "..\\..\\windows",
  "file:run?mode=memory#fragment",
  // What some readers take for the end of a line, or for no text at all.
  "\u2028\u2029\ufeff\u200b\u202e",
  String.fromCharCode(...Array.from({ length: 33 }, (_, code) => code), 127, 133, 159, 65_535),
  "{{ braces }} $1 $& \\u0041 &amp; <script>",
  "__proto__",
  "constructor",
  "123",
  "null",
  "x".repeat(2_000),
];
