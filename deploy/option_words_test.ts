import { assertEquals } from "@std/assert";
import { describe, it } from "@std/testing/bdd";
import { optionWords } from "./option_words.ts";

describe("optionWords()", () => {
  it("splits an option at its first equals sign, and nothing else", () => {
    assertEquals(
      optionWords(["--port=80", "--instances=edge=2,stt=1", "--server", "a=b", "--call"]),
      [
        ...["--port", "80", "--instances", "edge=2,stt=1"],
        ...["--server", "a=b", "--call"],
      ],
    );
    assertEquals(optionWords(["--port="]), ["--port", ""]);
  });
});
