import { ar } from './ar';
import { da } from './da';
import { de } from './de';
import { en, type Messages } from './en';

export type { Messages };

const LANGUAGES: Record<string, Messages> = { en, da, de, ar };
const RIGHT_TO_LEFT = new Set(['ar']);

export interface Language {
  /** What `Intl` and the `lang` attribute take: the asked-for tag, so that `de-AT` keeps its own formats. */
  tag: string;
  direction: 'ltr' | 'rtl';
  messages: Messages;
}

/** The first of the wanted languages that there is; English otherwise. */
export function languageOf(...wanted: (string | null | undefined)[]): Language {
  for (const tag of wanted) {
    const base = tag?.toLowerCase().split('-')[0] ?? '';
    const messages = LANGUAGES[base];
    if (tag && messages) {
      return { tag: isTag(tag) ? tag : base, direction: RIGHT_TO_LEFT.has(base) ? 'rtl' : 'ltr', messages };
    }
  }
  return { tag: 'en-GB', direction: 'ltr', messages: en };
}

function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
