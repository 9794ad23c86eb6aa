/** A voice that can be chosen, as VS Code lists it. */
export interface VoiceItem {
  readonly label: string;
  readonly description: string;
  /** What the setting becomes; "" is ttsmesh's own default. */
  readonly voice: string;
}

interface Listing {
  readonly languages: readonly { readonly code: string; readonly name: string }[];
  readonly voices: readonly {
    readonly name: string;
    readonly language: string;
    readonly gender: string;
    readonly fault: string | null;
  }[];
}

/** What can be chosen, from what `ttsmesh voices --json` prints. A voice with a damaged file cannot. */
export function voiceItems(printed: string, current: string): VoiceItem[] {
  const listing = JSON.parse(printed) as Listing;
  const languages = new Map(listing.languages.map(({ code, name }) => [code, name]));
  const usable = listing.voices.filter((voice) => voice.fault === null);
  const items = usable.map(({ name, language, gender }) => ({
    label: name,
    description: described(languages.get(language) ?? language, gender, name === current && "current"),
    voice: name,
  }));
  const description = described("that of ttsmesh's settings", current === "" && "current");
  return [{ label: "Default", description, voice: "" }, ...items];
}

function described(...words: (string | false)[]): string {
  return words.filter((word) => word !== false && word !== "").join(", ");
}
