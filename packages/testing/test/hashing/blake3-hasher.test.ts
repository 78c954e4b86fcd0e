import { Blake3Hasher } from "@flujo/core";
import { describeHasher } from "@flujo/testing";

describeHasher({
  name: "BLAKE3",
  open: () => new Blake3Hasher(),
  known: {
    // Of no bytes, as in the authors' test vectors; of three, as their command line tool gives it.
    "": "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
    abc: "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85",
  },
});
