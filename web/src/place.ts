/** Where a reader is, kept in one parameter of the page's address, so that back, forward and reload work. */

export const STEPS = ['topic', 'how', 'time', 'details'] as const;
export type Step = (typeof STEPS)[number] | 'done' | 'meetings' | 'cancel';

const FIELDS = ['step', 'kind', 'topic', 'type', 'at', 'with', 'day', 'slot', 'meeting', 'moving'] as const;

export interface Place {
  step: Step;
  /** The customer type. */
  kind?: string;
  topic?: string;
  /** The meeting type. */
  type?: string;
  /** The location. */
  at?: string;
  /** The employee. */
  with?: string;
  /** A local date. */
  day?: string;
  /** The time slot that is held. */
  slot?: string;
  /** The meeting that was booked, or is to be cancelled. */
  meeting?: string;
  /** The meeting that is being moved. */
  moving?: string;
}

export function formatPlace(place: Place): string {
  return FIELDS.filter((name) => place[name])
    .map((name) => `${name}:${encodeURIComponent(place[name] ?? '')}`)
    .join(',');
}

export function parsePlace(text: string | null, first: Place): Place {
  const given = new Map(
    (text ?? '').split(',').map((pair) => {
      const [name = '', value = ''] = pair.split(/:(.*)/s);
      return [name, decode(value)] as const;
    }),
  );
  const step = given.get('step');
  if (!step || ![...STEPS, 'done', 'meetings', 'cancel'].includes(step)) return { ...first };
  const place: Place = { step: step as Step };
  for (const name of FIELDS) {
    const value = given.get(name);
    if (name !== 'step' && value) place[name] = value;
  }
  return place;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** The address bar, as the only reader and writer of one parameter of it. */
export class AddressBar {
  constructor(
    private readonly key: string,
    private readonly changed: () => void,
  ) {
    addEventListener('popstate', this.changed);
  }

  close(): void {
    removeEventListener('popstate', this.changed);
  }

  read(first: Place): Place {
    return parsePlace(new URL(location.href).searchParams.get(this.key), first);
  }

  write(place: Place, how: 'push' | 'replace'): void {
    const url = new URL(location.href);
    url.searchParams.set(this.key, formatPlace(place));
    history[how === 'push' ? 'pushState' : 'replaceState'](history.state, '', url);
  }
}
