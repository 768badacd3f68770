import { type Calendar, Interaction, ResourceTimeGrid, ResourceTimeline, createCalendar } from '@event-calendar/core';
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { type Agendas, type Api, type Employee, type Explanation, type Location, type Meeting, type MeetingType, NoConnection, type Offer, type Organisation, Refused, type Room, SignedOut, type Topic, type CustomerType, createApi } from '../api';
import type { Config } from '../config';
import { languageOf } from '../i18n';
import { reasonText, refusalText } from '../i18n/refusals';
import { type Session, sessionOf } from '../session';
import { addDays, dayOf, dayText, longDayText, minutesOf, shortText, timeText } from '../times';
import { type Facts, employeeKey, eventsOf, hoursOf, idOf, idleDays, isRoom, roomKey } from './events';
import { textsOf } from './texts';
import { addMinutes, mondayOf, wallOf, wallOfShown } from './wall';

/** What the page asks to be allowed: the scope `staff` counts for employees only. */
export const SCOPE = 'openid bookme/read bookme/staff';
const SHOWN_RESULTS = 30;
const LEAST_HOUR_WIDTH = 16; // pixels, as the next one
const NAMES_WIDTH = 176;
const TYPES: MeetingType[] = ['Physical', 'Online', 'Telephone', 'OffSite'];

interface Catalogue {
  organisation: Organisation;
  employees: Employee[];
  rooms: Room[];
  locations: Location[];
  topics: Topic[];
  customerTypes: CustomerType[];
}

type View = 'day' | 'week';

/** What the panel beside the calendar is about. */
type Panel =
  | { of: 'nothing' }
  | { of: 'meeting'; meeting: Meeting; asksToCancel: boolean }
  | { of: 'text'; text: string }
  | { of: 'time'; explanation?: Explanation; offer?: Offer | undefined }
  | { of: 'results'; offers: Offer[] }
  | { of: 'customer'; customerId: string; meetings: Meeting[] }
  | { of: 'group'; meetings: Meeting[] };

/** What is asked for in the panel: a place in the calendar, and what it is to be used for. */
interface Wish {
  day: string;
  time: string;
  employeeId: string;
  topicId: string;
  customerTypeId: string;
  type: MeetingType;
  customerId: string;
  note: string;
}

/** The employees' page: a day or a week of employees and rooms side by side. One call for each week shown. */
export class StaffDesk extends LitElement {
  declare config: Config;
  private session!: Session;
  private api!: Api;
  private catalogue: Catalogue | undefined;
  private weeks = new Map<string, Agendas>();
  private calendar: Calendar | undefined;
  private panel: Panel = { of: 'nothing' };
  private wish: Wish = { day: '', time: '09:00', employeeId: '', topicId: '', customerTypeId: '', type: 'Physical', customerId: '', note: '' };
  private view: View = 'week';
  private day = '';
  private at = '';
  private showsRooms = true;
  private chosen: string | undefined;
  private said: { text: string; isBad: boolean } | undefined;
  private retry: (() => void) | undefined;
  private isBusy = false;
  /** Counts what was asked for, so that a slow answer does not replace a newer one. */
  private turn = 0;
  private token = crypto.randomUUID();
  private idempotency = { body: '', key: '' };
  /** The language of `?lang=`, or the reader's. */
  readonly language = languageOf(new URL(location.href).searchParams.get('lang'), ...navigator.languages);
  private readonly tag = this.language.tag;
  private readonly text = textsOf(this.tag);

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.session = sessionOf({ at: this.config.signIn, clientId: this.config.staffClientId ?? '', scope: SCOPE });
    this.api = createApi(this.config.api, this.session.token, () => this.language.tag);
    this.session.addEventListener('change', () => this.requestUpdate());
    addEventListener('popstate', () => {
      this.readAddress();
      void this.attempt(() => this.show());
    });
    void this.session.ready.then(() => {
      this.readAddress();
      this.requestUpdate();
      if (this.session.signedIn) void this.attempt(() => this.begin());
    });
  }

  private get zone(): string {
    return this.catalogue?.organisation.timeZone ?? 'UTC';
  }

  // The address bar --------------------------------------------------------------------------------------------------

  private readAddress(): void {
    const query = new URL(location.href).searchParams;
    this.day = /^\d{4}-\d\d-\d\d$/.exec(query.get('day') ?? '')?.[0] ?? '';
    this.view = query.get('view') === 'day' ? 'day' : 'week';
    this.at = query.get('at') ?? '';
  }

  private writeAddress(): void {
    const url = new URL(location.href);
    const set = (name: string, value: string) => (value ? url.searchParams.set(name, value) : url.searchParams.delete(name));
    set('day', this.day);
    set('view', this.view);
    set('at', this.at);
    if (url.href !== location.href) history.pushState(null, '', url);
  }

  // Loading ----------------------------------------------------------------------------------------------------------

  private async begin(): Promise<void> {
    const [organisation, employees, rooms, locations, topics, customerTypes] = await Promise.all([
      this.api.organisation(),
      this.api.employees(),
      this.api.rooms(),
      this.api.locations(),
      this.api.topics(false),
      this.api.customerTypes(),
    ]);
    this.catalogue = { organisation, employees, rooms, locations, topics, customerTypes };
    this.day ||= dayOf(new Date(), this.zone);
    this.wish = { ...this.wish, day: this.day, topicId: topics[0]?.id ?? '', customerTypeId: customerTypes[0]?.id ?? '' };
    await this.show();
  }

  private get team(): Employee[] {
    return (this.catalogue?.employees ?? []).filter((each) => !this.at || each.locations?.includes(this.at));
  }

  private get roomsShown(): Room[] {
    return this.showsRooms ? (this.catalogue?.rooms ?? []).filter((each) => !this.at || each.location === this.at) : [];
  }

  private async week(): Promise<Agendas> {
    const monday = mondayOf(this.day);
    const key = `${monday} ${this.at}`;
    let agendas = this.weeks.get(key);
    if (!agendas) {
      const rooms = (this.catalogue?.rooms ?? []).filter((each) => !this.at || each.location === this.at);
      agendas = await this.api.agendas({ employeeIds: this.team.map((each) => each.id), roomIds: rooms.map((each) => each.id), startDate: monday, endDate: addDays(monday, 7) });
      this.weeks.set(key, agendas);
    }
    return agendas;
  }

  private async show(): Promise<void> {
    if (!this.catalogue) return;
    const agendas = await this.week();
    if (!this.calendar) {
      this.requestUpdate(); // its place must be there before it is measured
      await this.updateComplete;
    }
    const { from, until } = hoursOf(agendas, this.zone);
    const hidden = this.view === 'day' ? [] : idleDays(agendas, this.zone);
    const two = (hour: number) => `${String(hour).padStart(2, '0')}:00:00`;
    const changes: Partial<Calendar.Options> = {
      view: this.view === 'day' ? 'resourceTimeGridDay' : 'resourceTimelineWeek',
      date: this.view === 'day' ? this.day : mondayOf(this.day),
      hiddenDays: hidden as Calendar.Options['hiddenDays'] & number[],
      slotWidth: this.hourWidth((7 - hidden.length) * (until - from)),
      slotMinTime: two(from),
      slotMaxTime: two(until),
      resources: [
        ...this.team.map((each) => ({ id: employeeKey(each.id), title: each.name })),
        ...this.roomsShown.map((each) => ({ id: roomKey(each.id), title: this.text.roomName(each.name) })),
      ],
      events: eventsOf(agendas, this.zone, this.chosen, this.text),
    };
    if (this.calendar) {
      for (const [name, value] of Object.entries(changes)) this.calendar.setOption(name as keyof Calendar.Options, value);
    } else {
      const target = this.querySelector<HTMLElement>('.calendar');
      if (!target) return;
      this.calendar = createCalendar(target, [ResourceTimeGrid, ResourceTimeline, Interaction], { ...this.fixedOptions(), ...changes }) as Calendar;
      keepAccessible(target, this.text.title);
    }
  }

  /** How wide an hour of the week is, so that this many fill the page; they are scrolled where it is too narrow. */
  private hourWidth(hours: number): number {
    const width = this.querySelector('.calendar')?.clientWidth ?? 0;
    return Math.max(LEAST_HOUR_WIDTH, (width - NAMES_WIDTH) / hours);
  }

  private fixedOptions(): Calendar.Options {
    const snapDuration = this.catalogue?.organisation.slotInterval ?? '00:30:00';
    return {
      timeZone: 'UTC', // every time given is a floating wall-clock time of the organisation
      locale: this.tag,
      firstDay: 1,
      headerToolbar: { start: '', center: '', end: '' },
      height: '100%',
      allDaySlot: false,
      snapDuration,
      slotHeight: 26,
      views: {
        resourceTimeGridDay: { slotHeight: 30, slotDuration: '00:30', slotLabelInterval: '01:00' },
        resourceTimelineWeek: { slotDuration: '01:00', slotLabelInterval: '02:00', slotLabelFormat: (time) => hourText(time) },
      },
      columnWidth: '6.5rem',
      editable: true,
      eventDurationEditable: false,
      dragScroll: true,
      pointer: true,
      slotLabelFormat: { hour: '2-digit', minute: '2-digit' },
      dayHeaderFormat: { weekday: 'short', day: 'numeric', month: 'short' },
      eventTimeFormat: { hour: '2-digit', minute: '2-digit' },
      eventContent: ({ event, timeText: at }) => (event.display === 'background' ? undefined : { domNodes: this.eventNodes(event, at) }),
      eventClick: ({ event }) => void this.open(event.extendedProps as unknown as Facts),
      dateClick: ({ date, resource }) => this.point(wallOfShown(date), String(resource?.id ?? '')),
      eventDrop: (info) => {
        const key = String(info.event.resourceIds[0] ?? '');
        const facts = info.event.extendedProps as unknown as Facts;
        if (isRoom(key) || !facts.timeSlotId) info.revert();
        else void this.drop(facts.timeSlotId, wallOfShown(info.event.start), idOf(key), info.revert);
      },
    };
  }

  /** When and what for the eye; whose and on which day for the ear, too. */
  private eventNodes(event: Calendar.Event, at: string): Node[] {
    const key = String(event.resourceIds[0] ?? '');
    const who = isRoom(key) ? this.catalogue?.rooms.find((each) => each.id === idOf(key))?.name : this.nameOf(idOf(key));
    const parts: [string, string][] = [
      ['ec-event-time', at],
      ['ec-event-title', ` ${String(event.title)}`],
      ['unseen', `, ${who ?? ''}, ${dayText(wallOfShown(event.start).slice(0, 10), this.tag)}`],
    ];
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'event-button' });
    button.append(...parts.map(([name, text]) => Object.assign(document.createElement('span'), { className: name, textContent: text })));
    return [button];
  }

  private async reload(): Promise<void> {
    this.weeks.clear();
    await this.show();
  }

  // What a reader does -----------------------------------------------------------------------------------------------

  private go(change: { day?: string; view?: View; at?: string }): void {
    if (change.day) this.day = change.day;
    if (change.view) this.view = change.view;
    if (change.at !== undefined) this.at = change.at;
    this.writeAddress();
    void this.attempt(() => this.show());
  }

  private step(direction: 1 | -1): void {
    this.go({ day: addDays(this.day, direction * (this.view === 'day' ? 1 : 7)) });
  }

  private async open(facts: Facts): Promise<void> {
    if (!facts.timeSlotId) return;
    await this.attempt(async () => {
      if (facts.kind === 'hold') {
        this.panel = { of: 'text', text: this.text.heldUntil(timeText(facts.expiresAt ?? '', this.tag, this.zone)) };
        return;
      }
      const turn = this.turn;
      const slot = await this.api.slot(facts.timeSlotId ?? '');
      if ((facts.customers ?? 1) > 1) {
        const { employeeId, startDate, endDate } = slot;
        const meetings = await this.api.meetings({ employeeId, startDate, endDate });
        if (turn === this.turn) this.panel = { of: 'group', meetings: meetings.filter((each) => each.status === 'Confirmed' && each.startDate === startDate && each.endDate === endDate) };
        return;
      }
      const meeting = slot.meetingId ? await this.api.meeting(slot.meetingId) : undefined;
      if (turn !== this.turn) return; // something newer was asked for in between, such as to move the meeting
      if (meeting) await this.openMeeting(meeting);
      else this.panel = { of: 'text', text: this.text.noMeetingYet };
    });
    this.querySelector<HTMLElement>('#panel-heading')?.focus();
  }

  private async openMeeting(meeting: Meeting): Promise<void> {
    this.panel = { of: 'meeting', meeting, asksToCancel: false };
    const wall = wallOf(meeting.startDate, this.zone);
    this.wish = { ...this.wish, day: wall.slice(0, 10), time: wall.slice(11), employeeId: meeting.employeeId };
    this.chosen = meeting.timeSlotId;
    this.day = wall.slice(0, 10);
    this.writeAddress();
    await this.show();
  }

  private point(wall: string, key: string): void {
    this.wish = { ...this.wish, day: wall.slice(0, 10), time: wall.slice(11), ...(key && !isRoom(key) ? { employeeId: idOf(key) } : {}) };
    this.panel = { of: 'time' };
    void this.check();
  }

  private get asked() {
    const { topicId, customerTypeId, type, employeeId } = this.wish;
    return { topicId: topicId || undefined, customerTypeId: customerTypeId || undefined, meetingType: type, employeeId: employeeId || undefined, location: this.location() };
  }

  private location(): string | undefined {
    return this.at || this.catalogue?.employees.find((each) => each.id === this.wish.employeeId)?.locations?.[0];
  }

  /** Why each employee can or cannot be booked at the time wished for; and the offer, if the wished-for one can. */
  private check(): Promise<void> {
    return this.attempt(async () => {
      const start = `${this.wish.day}T${this.wish.time}`;
      const { employeeId: _, ...everybody } = this.asked;
      const end = addMinutes(start, this.minutes);
      const [explanation, offers] = await Promise.all([
        this.api.explain({ ...everybody, forStaff: true }, start),
        this.api.search({ ...everybody, startDate: start, endDate: end, forStaff: true }).catch(none),
      ]);
      const fitting = offers.filter((each) => wallOf(each.startDate, this.zone) === start);
      const offer = this.wish.employeeId ? fitting.find((each) => each.employeeId === this.wish.employeeId) : fitting[0];
      this.panel = { of: 'time', explanation, offer };
    });
  }

  private get minutes(): number {
    const topic = this.catalogue?.topics.find((each) => each.id === this.wish.topicId);
    return minutesOf(topic?.duration ?? this.catalogue?.organisation.defaultMeetingDuration ?? '60');
  }

  private search(): Promise<void> {
    return this.attempt(async () => {
      const monday = mondayOf(this.day);
      const today = dayOf(new Date(), this.zone);
      const offers = addDays(monday, 7) <= today ? [] : await this.api.search({ ...this.asked, startDate: monday > today ? monday : undefined, endDate: addDays(monday, 7) });
      this.panel = { of: 'results', offers };
    });
  }

  private findCustomer(customerId: string): Promise<void> {
    return this.attempt(async () => {
      const meetings = await this.api.meetings({ customerId, startDate: new Date().toISOString() });
      this.panel = { of: 'customer', customerId, meetings: meetings.filter((each) => each.status === 'Confirmed') };
    });
  }

  private book(offer: Offer): Promise<void> {
    return this.attempt(async () => {
      const { topicId, customerTypeId, customerId, note } = this.wish;
      try {
        const slot = await this.api.reserve(offer, this.token, { topicId, customerTypeId });
        const meeting = { timeSlotId: slot.id, type: offer.meetingType, bookedBy: 'Employee' as const, topicId, customerTypeId, customerId: customerId.trim(), description: note.trim() || undefined };
        const body = JSON.stringify(meeting);
        if (this.idempotency.body !== body) this.idempotency = { body, key: crypto.randomUUID() };
        const made = await this.api.createMeeting(meeting, this.idempotency.key);
        this.token = crypto.randomUUID();
        this.wish = { ...this.wish, customerId: '', note: '' };
        this.weeks.clear();
        await this.openMeeting(made);
        this.say(this.text.bookedFor(made.customerId ?? ''));
      } catch (error) {
        if (!(error instanceof Refused) || error.status !== 409) throw error;
        await this.reload();
        this.panel = { of: 'time' };
        this.say(refusalText(error, this.language.messages), true);
      }
    });
  }

  private drop(timeSlotId: string, wall: string, employeeId: string, revert: () => void): Promise<void> {
    return this.attempt(async () => {
      const slot = await this.api.slot(timeSlotId);
      if (!slot.meetingId) return revert();
      await this.moveTo(await this.api.meeting(slot.meetingId), wall, employeeId, revert);
    }, revert);
  }

  private async moveTo(meeting: Meeting, wall: string, employeeId: string, revert: () => void = () => undefined): Promise<void> {
    const minutes = (Date.parse(meeting.endDate) - Date.parse(meeting.startDate)) / 60_000;
    const offer = { startDate: wall, endDate: addMinutes(wall, minutes), employeeId, meetingType: meeting.type, roomId: meeting.roomId ?? undefined } as Offer;
    const about = { topicId: meeting.topicId ?? undefined, customerTypeId: meeting.customerTypeId ?? undefined, existingMeetingId: meeting.id };
    try {
      const held = await this.api.reserve(offer, this.token, about);
      const moved = await this.api.moveMeeting(meeting, held.id);
      this.token = crypto.randomUUID();
      this.weeks.clear();
      await this.openMeeting(moved);
      this.say(this.text.moved(shortText(moved.startDate, this.tag, this.zone)));
    } catch (error) {
      revert();
      if (!(error instanceof Refused) || ![409, 412].includes(error.status)) throw error;
      this.say(this.text.refused(refusalText(error, this.language.messages)), true);
      await this.reload();
    }
  }

  private cancel(meeting: Meeting): Promise<void> {
    return this.attempt(async () => {
      await this.api.cancelMeeting(meeting);
      this.panel = { of: 'nothing' };
      this.chosen = undefined;
      await this.reload();
      this.say(this.text.cancelled);
    });
  }

  private say(text: string, isBad = false): void {
    this.said = { text, isBad };
  }

  private async attempt(action: () => Promise<void> | void, undo: () => void = () => undefined): Promise<void> {
    this.turn += 1;
    this.isBusy = true;
    this.said = undefined;
    this.retry = undefined;
    this.requestUpdate();
    try {
      await action();
    } catch (error) {
      undo();
      if (error instanceof SignedOut) {
        this.calendar = undefined;
        this.weeks.clear();
        await this.session.lose();
      } else if (error instanceof Refused && error.status === 403) {
        if (!this.calendar) this.catalogue = undefined; // nothing to show to this person
        this.say(this.text.notAllowed, true);
      } else if (error instanceof NoConnection || error instanceof Refused) {
        this.say(error instanceof Refused ? refusalText(error, this.language.messages) : this.text.noConnection, true);
        if (error instanceof NoConnection || error.passes || !this.calendar) this.retry = () => void this.attempt(action, undo);
      } else {
        throw error;
      }
    } finally {
      this.isBusy = false;
      this.requestUpdate();
    }
  }

  // What it looks like -----------------------------------------------------------------------------------------------

  protected override render(): TemplateResult {
    if (!this.session?.signedIn) {
      return html`<section class="sheet">
        <h1>${this.text.title}</h1>
        ${this.session?.failed ? html`<p class="notice bad" role="alert">${this.text.signInFailed}</p>` : nothing}
        <p>${this.session?.wasSignedIn ? this.text.signInAgain : this.text.signInFirst}</p>
        <button type="button" class="primary" @click=${() => this.session.signIn()}>${this.text.signIn}</button>
      </section>`;
    }
    if (!this.catalogue) {
      return html`<section class="sheet">
        <h1>${this.text.title}</h1>
        ${this.messageView()}
        ${this.isBusy ? html`<p role="status">${this.text.loading}</p>` : html`<button type="button" @click=${() => void this.session.signOut()}>${this.text.signOut}</button>`}
      </section>`;
    }
    return html`<h1>${this.titleText()}</h1>
      ${this.toolbar()}
      <div class="desk">
        <section class="sheet calendar-sheet" aria-label=${this.text.title} aria-busy=${this.isBusy ? 'true' : 'false'}>
          <div class="calendar"></div>
          <p class="hint">${this.text.legend}</p>
        </section>
        <aside class="sheet" aria-labelledby="panel-heading">${this.messageView()} ${this.panelView()}</aside>
      </div>`;
  }

  private titleText(): string {
    const noon = (day: string) => `${day}T12:00:00Z`;
    if (this.view === 'day') return longDayText(noon(this.day), this.tag, 'UTC');
    const monday = mondayOf(this.day);
    return new Intl.DateTimeFormat(this.tag, { dateStyle: 'long', timeZone: 'UTC' }).formatRange(new Date(noon(monday)), new Date(noon(addDays(monday, 6))));
  }

  private toolbar(): TemplateResult {
    const viewButton = (view: View, text: string) =>
      html`<button type="button" aria-pressed=${this.view === view ? 'true' : 'false'} @click=${() => this.go({ view })}>${text}</button>`;
    return html`<div class="toolbar">
      <div class="group">
        <button type="button" @click=${() => this.step(-1)}><span aria-hidden="true">‹</span><span class="unseen">${this.text.earlier}</span></button>
        <button type="button" @click=${() => this.go({ day: dayOf(new Date(), this.zone) })}>${this.text.today}</button>
        <button type="button" @click=${() => this.step(1)}><span aria-hidden="true">›</span><span class="unseen">${this.text.later}</span></button>
      </div>
      <div class="group" role="group" aria-label=${this.text.view}>${viewButton('day', this.text.day)}${viewButton('week', this.text.week)}</div>
      <label><span class="unseen">${this.text.date}</span><input type="date" .value=${this.day} @change=${(event: Event) => this.go({ day: (event.target as HTMLInputElement).value || this.day })} /></label>
      <label
        ><span class="unseen">${this.text.branch}</span
        ><select @change=${(event: Event) => this.go({ at: (event.target as HTMLSelectElement).value })}>
          <option value="">${this.text.allBranches}</option>
          ${this.catalogue?.locations.map((each) => html`<option value=${each.id} ?selected=${each.id === this.at}>${each.name}</option>`)}
        </select></label
      >
      <label class="tick"
        ><input
          type="checkbox"
          .checked=${this.showsRooms}
          @change=${(event: Event) => {
            this.showsRooms = (event.target as HTMLInputElement).checked;
            void this.attempt(() => this.show());
          }}
        />${this.text.rooms}</label
      >
      <form
        class="group find"
        role="search"
        @submit=${(event: SubmitEvent) => {
          event.preventDefault();
          const id = String(new FormData(event.target as HTMLFormElement).get('customer') ?? '').trim();
          if (id) void this.findCustomer(id);
        }}
      >
        <label><span class="unseen">${this.text.findCustomer}</span><input type="search" name="customer" placeholder=${this.text.customerId} autocomplete="off" /></label>
        <button>${this.text.find}</button>
      </form>
      <button type="button" class="link" @click=${() => void this.session.signOut()}>${this.text.signOut}</button>
    </div>`;
  }

  private messageView(): TemplateResult {
    return html`<div role="status">${this.said
        ? html`<p class=${this.said.isBad ? 'notice bad' : 'notice good'}>${this.said.text}</p>
            ${this.retry ? html`<button type="button" @click=${this.retry}>${this.text.tryAgain}</button>` : nothing}`
        : nothing}</div>`;
  }

  private panelView(): TemplateResult {
    const { panel } = this;
    switch (panel.of) {
      case 'meeting':
        return this.meetingView(panel.meeting, panel.asksToCancel);
      case 'text':
        return html`<h2 id="panel-heading" tabindex="-1">${this.text.meeting}</h2>
          <p>${panel.text}</p>
          ${this.closeButton()}`;
      case 'customer':
        return this.customerView(panel.customerId, panel.meetings);
      case 'group':
        return this.groupView(panel.meetings);
    }
    return html`<h2 id="panel-heading" tabindex="-1">${this.text.look}</h2>
      <p class="hint">${this.text.lookHint}</p>
      ${this.wishView()} ${panel.of === 'time' ? this.timeView(panel.explanation, panel.offer) : nothing} ${panel.of === 'results' ? this.resultsView(panel.offers) : nothing}`;
  }

  private closeButton(): TemplateResult {
    return html`<button
      type="button"
      class="link"
      @click=${() => {
        this.panel = { of: 'nothing' };
        this.chosen = undefined;
        void this.attempt(() => this.show());
      }}
    >
      ${this.text.close}
    </button>`;
  }

  private nameOf(employeeId: string): string {
    return this.catalogue?.employees.find((each) => each.id === employeeId)?.name ?? employeeId;
  }

  private wishView(): TemplateResult {
    const { wish, catalogue } = this;
    const set = (name: keyof Wish) => (event: Event) => {
      this.wish = { ...this.wish, [name]: (event.target as HTMLInputElement).value };
      this.requestUpdate();
    };
    const select = (name: keyof Wish, label: string, options: { id: string; name: string }[]) =>
      html`<label>${label}<select @change=${set(name)}>${options.map((each) => html`<option value=${each.id} .selected=${each.id === wish[name]}>${each.name}</option>`)}</select></label>`;
    return html`<form
      class="fields"
      @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        void this.check();
      }}
    >
      <div class="pair">
        <label>${this.text.when}<input type="date" required .value=${wish.day} @change=${set('day')} /></label>
        <label>${this.text.time}<input type="time" required step="300" .value=${wish.time} @change=${set('time')} /></label>
      </div>
      ${select('employeeId', this.text.employee, [{ id: '', name: this.text.anybody }, ...this.team])}
      ${select('topicId', this.text.topic, catalogue?.topics ?? [])}
      <div class="pair">
        ${select('customerTypeId', this.text.customerType, catalogue?.customerTypes ?? [])}
        ${select('type', this.text.how, TYPES.map((type) => ({ id: type, name: this.language.messages[type] })))}
      </div>
      <div class="actions">
        <button class="primary">${this.text.check}</button>
        <button type="button" @click=${() => void this.search()}>${this.text.search}</button>
      </div>
    </form>`;
  }

  private timeView(explanation: Explanation | undefined, offer: Offer | undefined): TemplateResult | typeof nothing {
    if (!explanation) return nothing;
    const why = (verdict: Explanation['employees'][number]) =>
      verdict.offered ? this.text.isFree : this.reasonText(verdict);
    const own = explanation.employees.find((each) => each.id === this.wish.employeeId);
    const others = explanation.employees.filter((each) => each !== own && this.team.some((member) => member.id === each.id));
    return html`<section class="verdict" aria-live="polite">
      <h3>${shortText(explanation.startDate, this.tag, this.zone)}</h3>
      ${own
        ? own.offered
          ? html`<p class="notice good">${this.text.free(this.nameOf(own.id))}</p>`
          : html`<p class="notice" data-reason=${own.reason ?? ''}>${this.text.notOffered(this.nameOf(own.id))}: ${why(own)}</p>`
        : nothing}
      ${offer ? this.bookView(offer) : nothing}
      <details ?open=${!own}>
        <summary>${this.text.others}</summary>
        <dl>${others.map((each) => html`<dt>${this.nameOf(each.id)}</dt><dd>${why(each)}</dd>`)}</dl>
      </details>
    </section>`;
  }

  /** The API's own words in English; in other languages the rule, and what is in the way. */
  private reasonText({ reason, message, facts = {} }: Explanation['employees'][number]): string {
    const known = reason && reasonText(reason, this.language.messages);
    if (!known || this.language.messages === languageOf('en').messages) return message || reason || '';
    const [from, until] = [facts['busyFrom'], facts['busyUntil']].map((instant) => (typeof instant === 'string' ? timeText(instant, this.tag, this.zone) : ''));
    return from && until ? `${known} ${from}–${until}` : known;
  }

  private bookView(offer: Offer): TemplateResult {
    const room = this.catalogue?.rooms.find((each) => each.id === offer.roomId)?.name;
    return html`<form
      class="fields"
      @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        const data = new FormData(event.target as HTMLFormElement);
        this.wish = { ...this.wish, customerId: String(data.get('customerId')), note: String(data.get('note')) };
        if (!this.isBusy) void this.book(offer);
      }}
    >
      <h3>${this.text.bookFor}</h3>
      <p class="hint">${[this.nameOf(offer.employeeId), room].filter(Boolean).join(', ')}</p>
      <label>${this.text.customerId}<input name="customerId" required autocomplete="off" .value=${this.wish.customerId} /></label>
      <label>${this.text.note}<textarea name="note" rows="2" maxlength="2000" .value=${this.wish.note}></textarea></label>
      <div class="actions"><button class="primary">${this.text.book}</button></div>
    </form>`;
  }

  private resultsView(offers: Offer[]): TemplateResult {
    if (!offers.length) return html`<p>${this.text.noResults}</p>`;
    return html`<section aria-live="polite">
      <h3>${this.text.results}</h3>
      <ul class="results">
        ${offers.slice(0, SHOWN_RESULTS).map(
          (offer) => html`<li>
            <button
              type="button"
              @click=${() => {
                const wall = wallOf(offer.startDate, this.zone);
                this.wish = { ...this.wish, employeeId: offer.employeeId };
                this.point(wall, employeeKey(offer.employeeId));
              }}
            >
              ${shortText(offer.startDate, this.tag, this.zone)}<small>${this.nameOf(offer.employeeId)}</small>
            </button>
          </li>`,
        )}
      </ul>
    </section>`;
  }

  private customerView(customerId: string, meetings: Meeting[]): TemplateResult {
    return html`<h2 id="panel-heading" tabindex="-1">${this.text.customer} ${customerId}</h2>
      <p>${meetings.length ? this.text.found(meetings.length) : this.text.nobody(customerId)}</p>
      <ul class="results">
        ${meetings.map(
          (meeting) => html`<li>
            <button type="button" @click=${() => void this.attempt(() => this.openMeeting(meeting))}>
              ${shortText(meeting.startDate, this.tag, this.zone)}<small>${this.nameOf(meeting.employeeId)}</small>
            </button>
          </li>`,
        )}
      </ul>
      ${this.closeButton()}`;
  }

  /** The customers of a group meeting: each has a meeting to open. */
  private groupView(meetings: Meeting[]): TemplateResult {
    const [first] = meetings;
    const topic = this.catalogue?.topics.find((each) => each.id === first?.topicId)?.name;
    return html`<h2 id="panel-heading" tabindex="-1">${topic ?? this.text.meeting}</h2>
      <p>${this.text.customers(meetings.length)}${first ? `, ${shortText(first.startDate, this.tag, this.zone)}, ${this.nameOf(first.employeeId)}` : ''}</p>
      <ul class="results">
        ${meetings.map(
          (meeting) => html`<li>
            <button type="button" @click=${() => void this.attempt(() => this.openMeeting(meeting))}>${meeting.customer?.name ?? `${this.text.customer} ${meeting.customerId ?? ''}`}</button>
          </li>`,
        )}
      </ul>
      ${this.closeButton()}`;
  }

  private meetingView(meeting: Meeting, asksToCancel: boolean): TemplateResult {
    const { wish, catalogue } = this;
    const topic = catalogue?.topics.find((each) => each.id === meeting.topicId)?.name ?? meeting.topicId;
    const room = catalogue?.rooms.find((each) => each.id === meeting.roomId);
    const times = `${timeText(meeting.startDate, this.tag, this.zone)}–${timeText(meeting.endDate, this.tag, this.zone)}`;
    const fact = (name: string, value: string | null | undefined) => (value ? html`<dt>${name}</dt><dd>${value}</dd>` : nothing);
    const ask = (asks: boolean) => {
      this.panel = { of: 'meeting', meeting, asksToCancel: asks };
      this.requestUpdate();
    };
    return html`<h2 id="panel-heading" tabindex="-1">${meeting.title || topic || this.text.meeting}</h2>
      <dl data-meeting=${meeting.id}>
        ${fact(this.text.when, `${longDayText(meeting.startDate, this.tag, this.zone)}, ${times}`)} ${fact(this.text.customer, meeting.customerId)}
        ${fact(this.text.withWhom, [meeting.employeeId, ...meeting.additionalEmployees].map((id) => this.nameOf(id)).join(', '))} ${fact(this.text.how, this.language.messages[meeting.type])}
        ${fact(this.text.where, room && `${room.name}, ${room.location}`)} ${fact(this.text.note, meeting.description)}
      </dl>
      <form
        class="fields"
        @submit=${(event: SubmitEvent) => {
          event.preventDefault();
          const data = new FormData(event.target as HTMLFormElement);
          void this.attempt(() => this.moveTo(meeting, `${data.get('day')}T${data.get('time')}`, String(data.get('employee'))));
        }}
      >
        <h3>${this.text.moveTo}</h3>
        <div class="pair">
          <label>${this.text.when}<input type="date" name="day" required .value=${wish.day} /></label>
          <label>${this.text.time}<input type="time" name="time" required step="300" .value=${wish.time} /></label>
        </div>
        <label>${this.text.employee}<select name="employee">${catalogue?.employees.map((each) => html`<option value=${each.id} .selected=${each.id === meeting.employeeId}>${each.name}</option>`)}</select></label>
        <div class="actions"><button class="primary">${this.text.move}</button></div>
      </form>
      ${asksToCancel
        ? html`<div class="notice">
            <p>${this.text.cancelSure}</p>
            <div class="actions">
              <button type="button" class="danger" @click=${() => void this.cancel(meeting)}>${this.text.cancel}</button>
              <button type="button" @click=${() => ask(false)}>${this.text.keep}</button>
            </div>
          </div>`
        : html`<div class="actions"><button type="button" class="danger" @click=${() => ask(true)}>${this.text.cancel}</button>${this.closeButton()}</div>`}`;
  }
}

/**
 * The component marks its parts as a table, but not as a whole one: no roles are better than half of them, since each
 * event says by itself whose and when it is. Events are articles that it gives the role of a button, which HTML does not
 * allow: the button is inside. Its scrolling part can be reached by keyboard.
 */
function keepAccessible(target: HTMLElement, label: string): void {
  const mend = () => {
    for (const part of target.querySelectorAll('[role=table],[role=rowgroup],[role=row],[role=columnheader],[role=rowheader],[role=cell],[aria-colindex]')) {
      part.removeAttribute('role');
      part.removeAttribute('aria-colindex');
    }
    for (const event of target.querySelectorAll('article[role=button]')) {
      event.removeAttribute('role');
      event.removeAttribute('tabindex');
    }
    const scrolling = target.querySelector('.ec-main');
    if (!scrolling || scrolling.hasAttribute('tabindex')) return;
    scrolling.setAttribute('tabindex', '0');
    scrolling.setAttribute('role', 'group');
    scrolling.setAttribute('aria-label', label);
  };
  mend();
  new MutationObserver(mend).observe(target, { subtree: true, childList: true, attributes: true, attributeFilter: ['role'] });
}

/** The hour alone: some languages add a word to it, for which the week has no room. */
function hourText(time: Date): string {
  return String(time.getHours()).padStart(2, '0');
}

/** A search that the rules refuse outright offers nothing; the explanation says why. */
function none(error: unknown): Offer[] {
  if (error instanceof Refused && error.status === 400) return [];
  throw error;
}
