import { ar } from './ar';
import { da } from './da';
import { de } from './de';
import { en, type StaffTexts } from './en';

export type { StaffTexts };

const LANGUAGES: Record<string, StaffTexts> = { en, da, de, ar };

/** The texts for a tag that `languageOf` gave, such as `de-AT`. */
export function textsOf(tag: string): StaffTexts {
  return LANGUAGES[tag.toLowerCase().split('-')[0] ?? ''] ?? en;
}
