/** What a reader has begun and not yet sent, in the tab's session storage: it survives a reload and the sign-in pages. */

export interface Draft {
  /** Names the reservation: one live hold for each. */
  token: string;
  title: string;
  note: string;
  /** Whether the hold has been renewed, which is offered once. */
  renewed: boolean;
}

export const fresh = (): Draft => ({ token: crypto.randomUUID(), title: '', note: '', renewed: false });

export class Drafts {
  private readonly key: string;

  constructor(name: string) {
    this.key = `booking.draft.${name}`;
  }

  read(): Draft {
    try {
      return { ...fresh(), ...(JSON.parse(sessionStorage.getItem(this.key) ?? '{}') as Partial<Draft>) };
    } catch {
      return fresh();
    }
  }

  write(draft: Draft): void {
    sessionStorage.setItem(this.key, JSON.stringify(draft));
  }

  clear(): void {
    sessionStorage.removeItem(this.key);
  }
}
