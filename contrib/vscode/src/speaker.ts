import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";

/** The caller's name of all that this extension says, in every window, for `stop`, `mute` and `history`. */
export const CALLER = "vscode";

const INTERRUPTED = 130;

/** The user's settings of this extension. */
export interface Settings {
  readonly command: string;
  readonly voice: string;
  readonly options: readonly string[];
}

/** Something that ttsmesh could not do. The message is one line for the user. */
export class Fault extends Error {}

interface Manner {
  readonly text?: string;
  readonly directory?: string;
  /** What is said needs no reader of its output, who could not outlive VS Code. */
  readonly output?: "pipe" | "ignore";
}

/** Runs ttsmesh's commands. */
export class Speaker {
  private speaking = 0;
  private readonly saying = new Set<ChildProcess>();

  /** `changed` is told whether something is being spoken, whenever that changes. */
  constructor(
    private readonly settings: () => Settings,
    private readonly changed: (speaking: boolean) => void,
  ) {}

  /**
   * Say `text`, from `directory`, whose lexicon counts. It ends when the text has been heard, or interrupted.
   *
   * The process waits for that, which takes its text back if it is killed. So it has a session of its own, and goes on
   * when VS Code quits.
   */
  async say(text: string, readAs: string, directory?: string): Promise<void> {
    const { voice, options } = this.settings();
    const chosen = voice === "" ? [] : ["--voice", voice];
    this.count(1);
    try {
      const args = ["say", "--wait", "--caller", CALLER, "--as", readAs, ...chosen, ...options];
      await this.run(args, { text, directory, output: "ignore" });
    } finally {
      this.count(-1);
    }
  }

  /** End what this extension has said and is not over. */
  async stop(): Promise<void> {
    // While the mesh starts, a text waits in its process, and would reach the mesh behind the `stop`.
    for (const child of this.saying) {
      child.kill();
    }
    await this.run(["stop", "--caller", CALLER]);
  }

  /** What `ttsmesh voices --json` prints. */
  voices(): Promise<string> {
    return this.run(["voices", "--json"]);
  }

  private count(change: number): void {
    const before = this.speaking > 0;
    this.speaking += change;
    if (this.speaking > 0 !== before) {
      this.changed(this.speaking > 0);
    }
  }

  /** What the command prints. Rejects with a `Fault`, but not if a text was interrupted, which users do on purpose. */
  private run(args: readonly string[], { text = "", directory, output = "pipe" }: Manner = {}): Promise<string> {
    const command = this.settings().command || "ttsmesh";
    // Of a directory that is gone the system says the same as of a program that is gone.
    const cwd = directory !== undefined && existsSync(directory) ? directory : homedir();
    return new Promise((resolve, reject) => {
      const child: ChildProcess = spawn(command, args, { cwd, detached: true, stdio: ["pipe", output, "pipe"] });
      if (args[0] === "say") {
        this.saying.add(child);
        child.on("close", () => this.saying.delete(child));
      }
      let printed = "";
      let complained = "";
      child.stdout?.setEncoding("utf8").on("data", (more: string) => (printed += more));
      child.stderr?.setEncoding("utf8").on("data", (more: string) => (complained += more));
      child.on("error", (error: NodeJS.ErrnoException) => reject(new Fault(notRun(command, error))));
      child.on("close", (status, signal) => {
        if (status === 0 || status === INTERRUPTED || child.killed) {
          resolve(printed);
        } else {
          reject(new Fault(lastLine(complained) ?? `ttsmesh: ended by ${signal ?? `status ${status}`}`));
        }
      });
      // A command that refuses its options reads no text. Its exit status tells.
      child.stdin?.on("error", () => {});
      child.stdin?.end(text);
    });
  }
}

function notRun(command: string, error: NodeJS.ErrnoException): string {
  const reason = error.code === "ENOENT" ? "not found" : (error.code ?? error.message);
  return `ttsmesh: cannot run ${command} (${reason}); the setting ttsmesh.command says where it is`;
}

function lastLine(output: string): string | undefined {
  return output.trimEnd().split("\n").pop() || undefined;
}
