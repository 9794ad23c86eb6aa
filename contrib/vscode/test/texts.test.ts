import assert from "node:assert/strict";
import { test } from "node:test";
import { readAs } from "../src/formats";
import { spokenProblems } from "../src/problems";
import { voiceItems } from "../src/voices";

test("prose is looked at, what has a format is read as that, and all other languages are code", () => {
  const read = ["plaintext", "markdown", "diff", "log", "python", "jsonc"].map(readAs);
  assert.deepEqual(read, ["auto", "markdown", "diff", "log", "code", "code"]);
});

const problem = (message: string, severity: number, from: number, to: number) => ({
  message,
  severity,
  range: { start: { line: 1, character: from }, end: { line: 1, character: to } },
});

test("the problems at the cursor are said, the most severe first", () => {
  const problems = [problem("unused", 1, 0, 9), problem("no such name", 0, 4, 6), problem("elsewhere", 0, 20, 22)];
  const said = spokenProblems(problems, { line: 1, character: 6 });
  assert.equal(said, "Error: no such name\n\nWarning: unused");
});

test("where none is at the cursor, those of its line are said in their order", () => {
  const problems = [problem("second", 0, 20, 22), problem("first", 0, 4, 6)];
  assert.equal(spokenProblems(problems, { line: 1, character: 10 }), "Error: first\n\nError: second");
});

test("of a line without problems nothing is said", () => {
  assert.equal(spokenProblems([problem("elsewhere", 0, 4, 6)], { line: 2, character: 5 }), "");
});

const LISTING = JSON.stringify({
  languages: [{ code: "en-gb", name: "British English" }],
  voices: [
    { name: "bf_emma", language: "en-gb", gender: "female", fault: null },
    { name: "mine", language: "", gender: "", fault: null },
    { name: "broken", language: "en-gb", gender: "female", fault: "broken.bin: 12 bytes" },
  ],
});

test("voices are listed with their language, without the damaged ones", () => {
  assert.deepEqual(voiceItems(LISTING, "bf_emma"), [
    { label: "Default", description: "that of ttsmesh's settings", voice: "" },
    { label: "bf_emma", description: "British English, female, current", voice: "bf_emma" },
    { label: "mine", description: "", voice: "mine" },
  ]);
});
