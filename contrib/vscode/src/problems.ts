/** A place in a document; VS Code's own class has more. */
export interface Place {
  readonly line: number;
  readonly character: number;
}

/** What is wrong somewhere; VS Code's own class has more. */
export interface Problem {
  readonly message: string;
  /** 0 is an error, and each greater number is less severe. */
  readonly severity: number;
  readonly range: { readonly start: Place; readonly end: Place };
}

const SEVERITIES = ["Error", "Warning", "Information", "Hint"];

/** What is said of the problems at `cursor`, or else of its line, the most severe first; empty if there is none. */
export function spokenProblems(problems: readonly Problem[], cursor: Place): string {
  const onLine = problems.filter(({ range }) => range.start.line <= cursor.line && cursor.line <= range.end.line);
  const here = onLine.filter(({ range }) => !before(cursor, range.start) && !before(range.end, cursor));
  return [...(here.length > 0 ? here : onLine)]
    .sort((one, other) => one.severity - other.severity || (before(one.range.start, other.range.start) ? -1 : 1))
    .map((problem) => `${SEVERITIES[problem.severity]}: ${problem.message}`)
    .join("\n\n");
}

function before(one: Place, other: Place): boolean {
  return one.line < other.line || (one.line === other.line && one.character < other.character);
}
