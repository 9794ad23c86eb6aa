const MARKDOWN = new Set(["markdown", "mdx", "quarto", "rmd"]);
const DIFF = new Set(["diff", "patch"]);
const LOG = new Set(["log", "code-runner-output", "Log"]);
const PROSE = new Set([
  ...["plaintext", "asciidoc", "restructuredtext", "latex", "tex", "org", "html"],
  ...["git-commit", "git-rebase", "scminput", "chat", "search-result"],
]);

/** What a document of VS Code's language `languageId` is for `ttsmesh say --as`. Most languages are code. */
export function readAs(languageId: string): string {
  if (MARKDOWN.has(languageId)) {
    return "markdown";
  }
  if (DIFF.has(languageId)) {
    return "diff";
  }
  if (LOG.has(languageId)) {
    return "log";
  }
  return PROSE.has(languageId) ? "auto" : "code";
}
