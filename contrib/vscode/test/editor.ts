/**
 * An editor for tests that use the real ttsmesh: it opens FILE in the fake VS Code, runs a command, and prints what its
 * user would have seen. `node editor.js COMMAND FILE LANGUAGE SETTINGS`, with the settings in JSON.
 */
import { readFileSync } from "node:fs";
import type { ExtensionContext } from "vscode";
import { activate } from "../src/extension";
import { commands, open, user } from "./fakes/vscode";

const [command, file, language, settings] = process.argv.slice(2) as [string, string, string, string];
user.settings = JSON.parse(settings);
activate({ subscriptions: [] } as unknown as ExtensionContext);
open(file, language, readFileSync(file, "utf8"));
void commands.executeCommand(`ttsmesh.${command}`).then(() => {
  console.log(JSON.stringify({ errors: user.errors, statuses: user.statuses, settings: user.settings }));
});
