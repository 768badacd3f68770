import type { Refused } from '../api';
import type { Messages } from '.';

/** The rule that refuses a time, as the reader's language says it; empty where the API names none that the page knows. */
export function reasonText(reason: string, text: Messages): string {
  return (text.reasons as Record<string, string>)[reason] ?? '';
}

/** Why the API refused, in the reader's language. Its own English sentence only for a code that the page does not know. */
export function refusalText(error: Refused, text: Messages): string {
  const why = error.code === 'SLOT_NOT_OFFERED' ? reasonText(error.reason, text) : '';
  if (why) return text.notOffered(why);
  const known = (text.codes as Record<string, string>)[error.code];
  if (known) return error.fields.length ? `${known} (${error.fields.join(', ')})` : known;
  if (error.status === 503 || error.status === 504) return text.codes.TRY_AGAIN;
  return error.status >= 500 ? text.failed(error.requestId) : text.refused(error.message || error.code);
}
