import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { createApi } from '../api';
import { Drafts } from '../draft';
import { languageOf, type Language } from '../i18n';
import { AddressBar, type Place } from '../place';
import { type Endpoints, type Session, endpointsOf, sessionOf } from '../session';
import { theme } from '../theme';
import { Flow } from './flow';
import { styles } from './styles';
import { stepView } from './views';

/** What the element asks to be allowed. */
export const SCOPE = 'openid bookme/read bookme/book';
const LAST_MINUTE = 60_000;
const TICK = 1000;

/**
 * `<meeting-booking api="…" client-id="…" topic="…" lang="da">`: books, moves and cancels a customer's meetings.
 *
 * - `api`: the address of the API; `client-id`: the user pool's client for browsers.
 * - `sign-in`: the issuer, if it is not to be read from the API's own description.
 * - `topic`: preselects a topic. `lang`: en, da, de or ar; the page's language if left out.
 * - `place-key`: the parameter of the page's address that keeps the place (default: `booking`, then `booking-2` …).
 *
 * Events, composed and bubbling, with the meeting as `detail`: `booked` (also after a move) and `cancelled`.
 */
export class MeetingBooking extends LitElement {
  static override properties = {
    api: {},
    clientId: { attribute: 'client-id' },
    signInAt: { attribute: 'sign-in' },
    topic: {},
    lang: {},
    placeKey: { attribute: 'place-key' },
  };
  static override styles = [theme, styles];

  declare api: string;
  declare clientId: string;
  declare signInAt: string | null;
  declare topic: string | null;
  declare placeKey: string | null;

  private static taken = new Set<string>();
  private session: Session | undefined;
  private flow: Flow | undefined;
  private address: AddressBar | undefined;
  private key: string | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;
  private spoken = '';
  private shownStep = '';
  private unreachable = false;

  get language(): Language {
    return languageOf(this.getAttribute('lang'), this.closest('[lang]')?.getAttribute('lang'), ...navigator.languages);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.address?.close();
    clearInterval(this.timer);
    this.session?.removeEventListener('change', this.enter);
    if (this.key) MeetingBooking.taken.delete(this.key);
  }

  private freeKey(): string {
    if (this.placeKey) return this.placeKey;
    for (let number = 1; ; number += 1) {
      const key = number === 1 ? 'booking' : `booking-${number}`;
      if (!MeetingBooking.taken.has(key)) return key;
    }
  }

  private start = async (): Promise<void> => {
    this.unreachable = false;
    this.key ??= this.freeKey();
    MeetingBooking.taken.add(this.key);
    let at: string | Endpoints;
    try {
      at = this.signInAt ?? (await endpointsOf(this.api));
    } catch {
      this.unreachable = true;
      this.requestUpdate();
      return;
    }
    this.session = sessionOf({ at, clientId: this.clientId, scope: SCOPE });
    await this.session.ready;
    const first: Place = this.topic ? { step: 'how', topic: this.topic } : { step: 'topic' };
    this.address = new AddressBar(this.key, () => void this.flow?.open(this.address?.read(first) ?? first));
    this.flow = new Flow(this.address.read(first), first, {
      api: createApi(this.api, this.session.token, () => this.language.tag),
      drafts: new Drafts(this.key),
      now: () => Date.now(),
      moved: (place, how) => this.address?.write(place, how),
      changed: () => this.requestUpdate(),
      signedOut: () => void this.session?.lose(),
      told: (event, detail) => this.dispatchEvent(new CustomEvent(event, { detail, bubbles: true, composed: true })),
    });
    this.session.addEventListener('change', this.enter);
    this.timer = setInterval(() => this.tick(), TICK);
    this.enter();
  };

  private enter = (): void => {
    if (this.session?.signedIn && this.flow) void this.flow.open(this.flow.place);
    this.requestUpdate();
  };

  private tick(): void {
    const left = this.flow?.holdLeft;
    if (left === undefined || this.flow?.place.step !== 'details') return;
    if (left <= 0) {
      if (!this.flow.state.busy) this.flow.lapse();
    } else {
      if (left <= LAST_MINUTE && left > LAST_MINUTE - TICK) this.say(this.language.messages.heldShort);
      this.requestUpdate();
    }
  }

  private say(text: string): void {
    this.spoken = text;
    this.requestUpdate();
  }

  /** A new step is read from its heading on. */
  protected override updated(_: PropertyValues): void {
    const flow = this.flow;
    const step = !flow || !this.session?.signedIn ? 'signed-out' : flow.state.catalogue ? `${flow.place.step} ${flow.place.meeting ?? ''}` : 'loading';
    if (step === this.shownStep) return;
    const isFirst = ['', 'signed-out', 'loading'].includes(this.shownStep) && !this.matches(':focus-within');
    this.shownStep = step;
    this.spoken = '';
    if (!isFirst) this.renderRoot.querySelector<HTMLElement>('h1')?.focus();
  }

  protected override render(): TemplateResult {
    const language = this.language;
    const { messages: text, direction, tag } = language;
    const signedIn = Boolean(this.session?.signedIn);
    return html`<div class="frame" dir=${direction} lang=${tag}>
      <div class="head">
        ${signedIn && this.flow ? this.navigation(this.flow, language) : html`<strong>${text.book}</strong>`}
      </div>
      <div class="body">
        ${this.body(language)}
        <p class="unseen" role="status">${this.spoken}</p>
      </div>
    </div>`;
  }

  private navigation(flow: Flow, { messages: text }: Language): TemplateResult {
    const isList = ['meetings', 'cancel'].includes(flow.place.step) || Boolean(flow.place.moving);
    return html`<nav aria-label=${text.book}>
        <button type="button" aria-current=${isList ? nothing : 'page'} @click=${() => flow.startAgain()}>${text.book}</button>
        <button type="button" aria-current=${isList ? 'page' : nothing} @click=${() => flow.showMeetings()}>${text.myMeetings}</button>
      </nav>
      <button type="button" class="link" @click=${() => void this.session?.signOut()}>${text.signOut}</button>`;
  }

  private body(language: Language): TemplateResult {
    const { messages: text } = language;
    if (this.unreachable) {
      return html`<div class="notice bad" role="alert">${text.noConnection}<br /><button type="button" @click=${this.start}>${text.tryAgain}</button></div>`;
    }
    if (!this.flow || !this.session) return html`<p class="pending">${text.loading} …</p>`;
    if (!this.session.signedIn) {
      return html`<section class="card welcome">
        <h1 tabindex="-1">${text.book}</h1>
        ${this.session.failed ? html`<p class="notice bad" role="alert">${text.signInFailed}</p>` : nothing}
        <p class="lead">${this.session.wasSignedIn ? text.signInAgain : text.signInFirst}</p>
        <button type="button" class="primary" @click=${() => this.session?.signIn()}>${text.signIn}</button>
      </section>`;
    }
    return stepView(this.flow, language, (said) => this.say(said));
  }
}
