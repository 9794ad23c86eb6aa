import { dirname } from "node:path";
import * as vscode from "vscode";
import { readAs } from "./formats";
import { spokenProblems } from "./problems";
import { Fault, Speaker } from "./speaker";
import { voiceItems, type VoiceItem } from "./voices";

/** VS Code calls this when one of the commands is used for the first time. */
export function activate(context: vscode.ExtensionContext): void {
  const status = vscode.window.createStatusBarItem(vscode.StatusBarAlignment.Right);
  status.name = "ttsmesh";
  status.command = "ttsmesh.stop";
  const show = (speaking: boolean): void => {
    status.text = speaking ? "$(debug-stop) Speaking" : "$(unmute) ttsmesh";
    status.tooltip = speaking ? "ttsmesh speaks. Click to stop." : "ttsmesh is idle.";
  };
  show(false);
  status.show();

  const speaker = new Speaker(settings, show);
  const commands: Record<string, (speaker: Speaker) => Promise<void>> = {
    speakSelection,
    speakFromCursor,
    speakProblem,
    stop: () => speaker.stop(),
    chooseVoice,
  };
  for (const [name, command] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(`ttsmesh.${name}`, () => told(command(speaker))));
  }
  context.subscriptions.push(status);
}

/** Show why a command failed, if ttsmesh has said so. */
async function told(doing: Promise<void>): Promise<void> {
  try {
    await doing;
  } catch (error) {
    if (!(error instanceof Fault)) {
      throw error;
    }
    void vscode.window.showErrorMessage(error.message);
  }
}

function settings(): { command: string; voice: string; options: string[] } {
  const own = vscode.workspace.getConfiguration("ttsmesh");
  const options = own.get<unknown>("options", []);
  if (!Array.isArray(options)) {
    throw new Fault('ttsmesh: the setting ttsmesh.options must be a list, such as ["--speed", "1.3"]');
  }
  return { command: own.get("command", ""), voice: own.get("voice", ""), options: options.map(String) };
}

async function speakSelection(speaker: Speaker): Promise<void> {
  const { document, selections } = editor();
  const selected = selections.filter((selection) => !selection.isEmpty);
  const inOrder = [...selected].sort((one, other) => one.start.compareTo(other.start));
  const text = inOrder.map((selection) => document.getText(selection)).join("\n");
  await speak(speaker, document, selected.length > 0 ? text : document.getText());
}

async function speakFromCursor(speaker: Speaker): Promise<void> {
  const { document, selection } = editor();
  const end = document.lineAt(document.lineCount - 1).range.end;
  await speak(speaker, document, document.getText(new vscode.Range(selection.active, end)));
}

async function speakProblem(speaker: Speaker): Promise<void> {
  const { document, selection } = editor();
  const text = spokenProblems(vscode.languages.getDiagnostics(document.uri), selection.active);
  if (text === "") {
    throw new Fault("ttsmesh: no problem at the cursor");
  }
  await speaker.say(text, "text", directory(document));
}

async function chooseVoice(speaker: Speaker): Promise<void> {
  const items: VoiceItem[] = voiceItems(await speaker.voices(), settings().voice);
  const manner = { placeHolder: "The voice of ttsmesh", matchOnDescription: true };
  const chosen = await vscode.window.showQuickPick(items, manner);
  if (chosen !== undefined) {
    const own = vscode.workspace.getConfiguration("ttsmesh");
    await own.update("voice", chosen.voice === "" ? undefined : chosen.voice, vscode.ConfigurationTarget.Global);
  }
}

function editor(): vscode.TextEditor {
  if (vscode.window.activeTextEditor === undefined) {
    throw new Fault("ttsmesh: no document is open");
  }
  return vscode.window.activeTextEditor;
}

function speak(speaker: Speaker, document: vscode.TextDocument, text: string): Promise<void> {
  return speaker.say(text, readAs(document.languageId), directory(document));
}

/** Where a project's lexicon is looked for from: the document's directory, or that of the first folder. */
function directory(document: vscode.TextDocument): string | undefined {
  if (document.uri.scheme === "file") {
    return dirname(document.uri.fsPath);
  }
  const folder = vscode.workspace.getWorkspaceFolder(document.uri) ?? vscode.workspace.workspaceFolders?.[0];
  return folder?.uri.scheme === "file" ? folder.uri.fsPath : undefined;
}
