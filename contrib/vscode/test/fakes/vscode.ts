/**
 * A fake of the part of VS Code's API that the extension uses: one document, and what the user would see.
 *
 * It is found as `vscode` where NODE_PATH has its folder.
 */
import type * as vscode from "vscode";

export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}

  compareTo(other: Position): number {
    return this.line - other.line || this.character - other.character;
  }
}

export class Range {
  constructor(
    readonly start: Position,
    readonly end: Position,
  ) {}
}

export class Selection extends Range {
  constructor(
    readonly anchor: Position,
    readonly active: Position,
  ) {
    super(...((anchor.compareTo(active) < 0 ? [anchor, active] : [active, anchor]) as [Position, Position]));
  }

  get isEmpty(): boolean {
    return this.anchor.compareTo(this.active) === 0;
  }
}

export enum StatusBarAlignment {
  Left = 1,
  Right = 2,
}

export enum ConfigurationTarget {
  Global = 1,
}

/** What the tests set, and what the user would have seen. */
export const user = {
  settings: {} as Record<string, unknown>,
  problems: [] as unknown[],
  choose: (items: readonly { label: string }[]): unknown => items[0],
  errors: [] as string[],
  statuses: [] as string[],
};

class Document {
  readonly lineCount: number;
  readonly uri;
  private readonly lines: string[];

  constructor(
    path: string,
    readonly languageId: string,
    private readonly text: string,
  ) {
    this.uri = { scheme: "file", fsPath: path };
    this.lines = text.split("\n");
    this.lineCount = this.lines.length;
  }

  lineAt(line: number): { range: Range } {
    return { range: new Range(new Position(line, 0), new Position(line, this.lines[line]!.length)) };
  }

  getText(range?: Range): string {
    return range === undefined ? this.text : this.text.slice(this.offset(range.start), this.offset(range.end));
  }

  private offset(at: Position): number {
    return this.lines.slice(0, at.line).reduce((sum, line) => sum + line.length + 1, 0) + at.character;
  }
}

/** Make a document the one that is edited, with the cursor at its beginning. */
export function open(path: string, languageId: string, text: string): void {
  const cursor = new Position(0, 0);
  const selections = [new Selection(cursor, cursor)];
  window.activeTextEditor = {
    document: new Document(path, languageId, text),
    selections,
    get selection() {
      return this.selections[0]!;
    },
  };
}

/** Select from one line and character to another, in one place or in several ones. */
export function select(...places: [number, number, number, number][]): void {
  window.activeTextEditor!.selections = places.map(
    ([line, character, toLine, toCharacter]) =>
      new Selection(new Position(line, character), new Position(toLine, toCharacter)),
  );
}

interface Editor {
  document: Document;
  selections: Selection[];
  readonly selection: Selection;
}

export const window = {
  activeTextEditor: undefined as Editor | undefined,

  createStatusBarItem() {
    return {
      show() {},
      dispose() {},
      set text(text: string) {
        user.statuses.push(text);
      },
    };
  },

  async showErrorMessage(message: string): Promise<void> {
    user.errors.push(message);
  },

  async showQuickPick(items: readonly { label: string }[]): Promise<unknown> {
    return user.choose(items);
  },
};

export const workspace = {
  workspaceFolders: undefined,

  getWorkspaceFolder(): undefined {},

  getConfiguration(section: string) {
    return {
      get: (key: string, otherwise: unknown): unknown => user.settings[`${section}.${key}`] ?? otherwise,
      update: async (key: string, value: unknown): Promise<void> => {
        user.settings[`${section}.${key}`] = value;
      },
    };
  },
};

export const languages = {
  getDiagnostics: (): unknown[] => user.problems,
};

const registered = new Map<string, () => Promise<void>>();

export const commands = {
  registerCommand(name: string, callback: () => Promise<void>): vscode.Disposable {
    registered.set(name, callback);
    return { dispose: () => registered.delete(name) };
  },

  /** Run a command as the palette would. It ends when what it says was heard. */
  async executeCommand(name: string): Promise<void> {
    await registered.get(name)!();
  },

  names: (): string[] => [...registered.keys()],
};
