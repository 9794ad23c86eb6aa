import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import type { ExtensionContext } from "vscode";
import { activate } from "../src/extension";
import { commands, open, select, user } from "./fakes/vscode";

const manifest = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8"));

activate({ subscriptions: [] } as unknown as ExtensionContext);

let directory: string;

/** Put a fake ttsmesh in the place of the real one. It writes down its arguments and its input, and then does `end`. */
function fakeTtsmesh(end = "exit 0"): void {
  const file = join(directory, "ttsmesh");
  writeFileSync(file, `#!/bin/sh\nfor a; do echo "$a"; done >>${directory}/args\ncat >${directory}/text\n${end}\n`);
  chmodSync(file, 0o755);
  user.settings["ttsmesh.command"] = file;
}

const written = (name: string): string => readFileSync(join(directory, name), "utf8");
const run = (name: string): Promise<void> => commands.executeCommand(`ttsmesh.${name}`);

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "vscode-"));
  Object.assign(user, { settings: {}, problems: [], errors: [], statuses: [] });
  open(join(directory, "notes.md"), "markdown", "One two.\nThree four.\nFive.");
});

afterEach(() => rmSync(directory, { recursive: true }));

test("each command of the manifest is there", () => {
  const contributed = manifest.contributes.commands.map(({ command }: { command: string }) => command);
  assert.deepEqual(commands.names().sort(), contributed.sort());
});

test("without a selection the document is said, with the options of the settings behind ours", async () => {
  fakeTtsmesh();
  Object.assign(user.settings, { "ttsmesh.voice": "bf_emma", "ttsmesh.options": ["--speed", "1.5"] });
  await run("speakSelection");
  assert.equal(written("text"), "One two.\nThree four.\nFive.");
  const expected = "say --wait --caller vscode --as markdown --voice bf_emma --speed 1.5";
  assert.equal(written("args").trimEnd().split("\n").join(" "), expected);
  assert.deepEqual(user.errors, []);
});

test("selections are said in the order of the document", async () => {
  fakeTtsmesh();
  select([1, 6, 1, 10], [0, 7, 0, 4], [2, 1, 2, 1]);
  await run("speakSelection");
  assert.equal(written("text"), "two\nfour");
});

test("from the cursor on the rest is said", async () => {
  fakeTtsmesh();
  select([1, 6, 1, 6]);
  await run("speakFromCursor");
  assert.equal(written("text"), "four.\nFive.");
});

test("the problem at the cursor is said as prose", async () => {
  fakeTtsmesh();
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 3 } };
  user.problems = [{ message: "'One' is odd", severity: 1, range }];
  await run("speakProblem");
  assert.equal(written("text"), "Warning: 'One' is odd");
  assert.match(written("args"), /^--as\ntext$/m);
});

test("where there is no problem, that is shown, and nothing is said", async () => {
  fakeTtsmesh();
  await run("speakProblem");
  assert.deepEqual(user.errors, ["ttsmesh: no problem at the cursor"]);
  assert.deepEqual(user.statuses, []);
});

test("stop takes back what this extension has said, and nothing else", async () => {
  fakeTtsmesh();
  await run("stop");
  assert.equal(written("args"), "stop\n--caller\nvscode\n");
});

test("stop ends a text that has not reached the mesh, which is no error", { timeout: 10_000 }, async () => {
  fakeTtsmesh('[ "$1" = stop ] || exec sleep 20');
  const saying = run("speakSelection");
  await run("stop");
  await saying;
  assert.deepEqual(user.errors, []);
});

test("the status bar shows that something is spoken, until the last text was heard", async () => {
  fakeTtsmesh();
  await Promise.all([run("speakSelection"), run("speakFromCursor")]);
  assert.deepEqual(user.statuses, ["$(debug-stop) Speaking", "$(unmute) ttsmesh"]);
});

test("the line of ttsmesh is shown when it refuses a text, also before it has read it", async () => {
  fakeTtsmesh();
  const file = user.settings["ttsmesh.command"] as string;
  writeFileSync(file, '#!/bin/sh\nexec <&-\necho "ttsmesh: No such option: --sped" >&2\nexit 2\n');
  open(join(directory, "long.txt"), "plaintext", "word ".repeat(100_000));
  await run("speakSelection");
  assert.deepEqual(user.errors, ["ttsmesh: No such option: --sped"]);
  assert.equal(user.statuses.at(-1), "$(unmute) ttsmesh");
});

test("an interruption is no error", async () => {
  fakeTtsmesh("exit 130");
  await run("speakSelection");
  assert.deepEqual(user.errors, []);
});

test("a death without a word is told", async () => {
  fakeTtsmesh("kill -9 $$");
  await run("speakSelection");
  assert.deepEqual(user.errors, ["ttsmesh: ended by SIGKILL"]);
});

test("a program that is not there is named, with the setting", async () => {
  user.settings["ttsmesh.command"] = join(directory, "gone");
  await run("speakSelection");
  const line = `ttsmesh: cannot run ${directory}/gone (not found); the setting ttsmesh.command says where it is`;
  assert.deepEqual(user.errors, [line]);
});

test("options that are no list are named, and nothing is run", async () => {
  fakeTtsmesh();
  user.settings["ttsmesh.options"] = "--speed 1.3";
  await run("speakSelection");
  assert.deepEqual(user.errors, ['ttsmesh: the setting ttsmesh.options must be a list, such as ["--speed", "1.3"]']);
});

test("a document whose directory is gone can be said", async () => {
  fakeTtsmesh();
  open(join(directory, "gone", "notes.md"), "markdown", "One.");
  await run("speakSelection");
  assert.equal(written("text"), "One.");
  assert.deepEqual(user.errors, []);
});

const LISTING = {
  languages: [],
  voices: [{ name: "bf_emma", language: "en-gb", gender: "female", fault: null }],
};

test("the voice that is chosen becomes the setting, and the default takes it away", async () => {
  fakeTtsmesh(`echo '${JSON.stringify(LISTING)}'`);
  user.choose = (items) => items.at(-1);
  await run("chooseVoice");
  assert.equal(user.settings["ttsmesh.voice"], "bf_emma");
  user.choose = (items) => items[0];
  await run("chooseVoice");
  assert.equal(user.settings["ttsmesh.voice"], undefined);
  assert.deepEqual(user.errors, []);
});

test("who chooses no voice changes nothing", async () => {
  fakeTtsmesh(`echo '${JSON.stringify(LISTING)}'`);
  user.settings["ttsmesh.voice"] = "af_heart";
  user.choose = () => undefined;
  await run("chooseVoice");
  assert.equal(user.settings["ttsmesh.voice"], "af_heart");
});
