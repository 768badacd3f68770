/**
 * The booking as a state and the actions that change it. It draws nothing: the element shows `state` again after each
 * `change`, and the address bar keeps `place`.
 */

import type { Api, CustomerType, Employee, Location, Meeting, MeetingType, Offer, Organisation, Room, Slot, Topic } from '../api';
import { NoConnection, Refused, SignedOut } from '../api';
import { type Draft, fresh } from '../draft';
import type { Place } from '../place';
import { addDays, addMonths, dayOf, monthOf } from '../times';

export interface Catalogue {
  organisation: Organisation;
  customerTypes: CustomerType[];
  topics: Topic[];
  employees: Employee[];
  rooms: Room[];
  locations: Location[];
}

/** A sentence at the head of a step. With `offers`: times to take instead. */
export interface Notice {
  kind: 'taken' | 'lapsed' | 'not-offered' | 'cancelled' | 'changed';
  /** The time that it is about. */
  startDate?: string;
  /** The code of the rule that does not allow this time. */
  reason?: string;
  offers?: Offer[];
}

/** What went wrong, to be said in the reader's language. Asking again helps unless the request itself is refused. */
export type Failure = NoConnection | Refused;

export interface State {
  catalogue?: Catalogue;
  /** The offers of each month that has been looked at, for what is being searched. */
  months: Map<string, Offer[]>;
  month: string;
  /** The first offer after a month without any; null: there is none at all. */
  nextOffer?: Offer | null;
  hold?: Slot;
  meeting?: Meeting;
  meetings?: Meeting[];
  notice?: Notice | undefined;
  failure?: { of: Failure; retry: () => void } | undefined;
  busy: boolean;
  draft: Draft;
}

export interface Surroundings {
  api: Api;
  drafts: { read(): Draft; write(draft: Draft): void; clear(): void };
  now: () => number;
  /** The place has changed: `push` for a step that the back button undoes. */
  moved: (place: Place, how: 'push' | 'replace') => void;
  changed: () => void;
  signedOut: () => void;
  told: (event: 'booked' | 'cancelled', meeting: Meeting) => void;
}

const CONFLICT = 409;
const STALE = 412;
/** What has become of a time, by the code of the error. Other conflicts are about the meeting. */
const LOST: Record<string, 'taken' | 'lapsed' | 'not-offered'> = {
  SLOT_TAKEN: 'taken',
  ROOM_TAKEN: 'taken',
  RESERVATION_EXPIRED: 'lapsed',
  SLOT_NOT_OFFERED: 'not-offered',
  TOO_LONG: 'not-offered',
};
const NEXT_OFFERS = 3;

export class Flow {
  readonly state: State;
  /** Grows with each search that makes what came before it worthless. */
  private searches = 0;
  private idempotency = { body: '', key: '' };

  constructor(
    public place: Place,
    private readonly first: Place,
    private readonly around: Surroundings,
  ) {
    const draft = around.drafts.read();
    this.state = { months: new Map(), month: monthOf(new Date(around.now()).toISOString()), busy: false, draft };
  }

  // What is shown ----------------------------------------------------------------------------------------------------

  get zone(): string {
    return this.state.catalogue?.organisation.timeZone ?? 'UTC';
  }

  get today(): string {
    return dayOf(new Date(this.around.now()), this.zone);
  }

  /** The last local date that can be booked. */
  get horizon(): string {
    return addDays(this.today, this.state.catalogue?.organisation.bookingHorizonDays ?? 90);
  }

  topic(id = this.place.topic): Topic | undefined {
    return this.state.catalogue?.topics.find((each) => each.id === id);
  }

  topics(): Topic[] {
    const kind = this.kind;
    return (this.state.catalogue?.topics ?? []).filter((each) => !kind || !each.customerTypeIds?.length || each.customerTypeIds.includes(kind));
  }

  /** The customer type: the chosen one, else the first that may book the topic. */
  get kind(): string | undefined {
    return this.place.kind ?? this.kinds()[0]?.id;
  }

  /** The customer types that may book the topic; all while there is none. */
  kinds(): CustomerType[] {
    const open = this.topic()?.customerTypeIds ?? [];
    return (this.state.catalogue?.customerTypes ?? []).filter((each) => !open.length || open.includes(each.id));
  }

  /** Whether the topic is given from outside, so that the customer type has not been asked for. */
  get startsWithTopic(): boolean {
    return this.first.step === 'how';
  }

  employee(id: string | undefined): Employee | undefined {
    return this.state.catalogue?.employees.find((each) => each.id === id);
  }

  room(id: string | null | undefined): Room | undefined {
    return this.state.catalogue?.rooms.find((each) => each.id === id);
  }

  location(id: string | undefined): Location | undefined {
    return this.state.catalogue?.locations.find((each) => each.id === id);
  }

  advisers(topicId = this.place.topic, at = this.place.at): Employee[] {
    return (this.state.catalogue?.employees ?? []).filter(
      (each) => (!topicId || !('topicIds' in each) || (each.topicIds as string[]).includes(topicId)) && (!at || each.locations?.includes(at)),
    );
  }

  offers(month = this.state.month): Offer[] | undefined {
    return this.state.months.get(month);
  }

  /** Milliseconds until the hold lapses; undefined without one. */
  get holdLeft(): number | undefined {
    const { hold } = this.state;
    return hold?.expiresAt ? new Date(hold.expiresAt).getTime() - this.around.now() : undefined;
  }

  /** Whether the hold can be kept for longer: once, and not what the waitlist offers, since others wait for it too. */
  get isRenewable(): boolean {
    return !this.state.draft.renewed && !this.state.hold?.waitlistId;
  }

  // Moving about -----------------------------------------------------------------------------------------------------

  /** Loads what the place needs. Called at the start and when the address bar has changed. */
  async open(place: Place): Promise<void> {
    this.place = place;
    await this.attempt(async () => {
      await this.loadCatalogue();
      switch (place.step) {
        case 'time':
          if (place.moving) await this.loadMoving(place.moving);
          if (!this.isComplete()) return this.go({ ...this.first, step: 'topic' }, 'replace');
          return this.openTimes();
        case 'details':
          if (place.moving) await this.loadMoving(place.moving);
          return this.reopenHold();
        case 'done':
        case 'cancel':
          if (!place.meeting) return this.go({ step: 'meetings' }, 'replace');
          if (this.state.meeting?.id !== place.meeting) this.state.meeting = await this.around.api.meeting(place.meeting);
          return;
        case 'meetings':
          this.state.meetings = await this.around.api.meetings();
          return;
        case 'how':
          if (!this.topic()) return this.go({ ...this.first, step: 'topic' }, 'replace');
      }
    });
  }

  private isComplete(): boolean {
    return Boolean(this.place.topic && this.place.type);
  }

  private go(place: Place, how: 'push' | 'replace' = 'push'): void {
    this.place = place;
    this.around.moved(place, how);
    this.around.changed();
  }

  private async loadCatalogue(): Promise<void> {
    if (this.state.catalogue) return;
    const { api } = this.around;
    const [organisation, customerTypes, topics, employees, rooms, locations] = await Promise.all([
      api.organisation(),
      api.customerTypes(),
      api.topics(),
      api.employees(),
      api.rooms(),
      api.locations(),
    ]);
    this.state.catalogue = { organisation, customerTypes, topics, employees, rooms, locations };
    this.state.month = monthOf(this.today);
  }

  // Topic, where and how ---------------------------------------------------------------------------------------------

  chooseKind(kind: string): void {
    this.go({ ...this.place, kind }, 'replace');
  }

  chooseTopic(topic: string): void {
    const kind = this.kind;
    this.go({ step: 'how', topic, ...(kind ? { kind } : {}) });
  }

  meetingTypes(): MeetingType[] {
    const all: MeetingType[] = ['Physical', 'Online', 'Telephone', 'OffSite'];
    const types = this.topic()?.meetingTypes ?? [];
    return types.length ? all.filter((each) => types.includes(each)) : all;
  }

  chooseHow(how: { type: string; at?: string; with?: string }): void {
    const { topic, kind } = this.place;
    this.forgetOffers();
    const place: Place = { step: 'time', type: how.type };
    if (topic) place.topic = topic;
    if (kind) place.kind = kind;
    if (how.at) place.at = how.at;
    if (how.with) place.with = how.with;
    this.go(place);
    void this.attempt(() => this.openTimes());
  }

  changeHow(): void {
    const { day: _, ...place } = this.place;
    this.go({ ...place, step: 'how' });
  }

  // Times ------------------------------------------------------------------------------------------------------------

  private forgetOffers(): void {
    this.searches += 1;
    this.state.months = new Map();
    delete this.state.nextOffer;
  }

  private async search(from: string, until: string): Promise<Offer[]> {
    const { topic, type, at, moving } = this.place;
    const kind = moving ? this.state.meeting?.customerTypeId : this.kind;
    const moved = moving ? this.state.meeting : undefined;
    return this.around.api.search({
      topicId: topic,
      customerTypeId: kind ?? undefined,
      meetingType: type as MeetingType,
      location: at,
      employeeId: this.place.with,
      duration: moved ? (Date.parse(moved.endDate) - Date.parse(moved.startDate)) / 60_000 : undefined,
      existingMeetingId: moving,
      startDate: from > this.today ? from : undefined,
      endDate: until,
    });
  }

  /** Opens the month of the chosen day, or else the first one that has a free time. */
  private async openTimes(): Promise<void> {
    const { day } = this.place;
    if (day && day >= this.today && day <= this.horizon) this.state.month = monthOf(day);
    const { month } = this.state;
    await this.loadMonth(month);
    const next = this.state.month === month && !this.offers()?.length && this.state.nextOffer;
    if (next) await this.loadMonth(monthOf(dayOf(next.startDate, this.zone)));
  }

  private async loadMonth(month: string): Promise<void> {
    this.state.month = month;
    if (!this.state.months.has(month)) {
      this.around.changed();
      const search = this.searches;
      const first = `${month}-01`;
      const last = `${addMonths(month, 1)}-01`;
      const found = await this.search(first, last < this.horizon ? last : addDays(this.horizon, 1));
      if (search !== this.searches) return;
      this.state.months.set(month, found);
    }
    if (this.state.month === month && !this.offers(month)?.length) await this.lookAhead(addMonths(month, 1));
    else this.chooseFirstDay();
  }

  /** Finds the first offer from that month on, so that an empty month is no dead end. */
  private async lookAhead(month: string): Promise<void> {
    delete this.state.nextOffer;
    const search = this.searches;
    const first = `${month}-01`;
    const found = first <= this.horizon ? await this.search(first, addDays(this.horizon, 1)) : [];
    if (search === this.searches) this.state.nextOffer = found[0] ?? null;
  }

  private chooseFirstDay(): void {
    const offers = this.offers() ?? [];
    const days = new Set(offers.map((offer) => dayOf(offer.startDate, this.zone)));
    const first = offers[0] && dayOf(offers[0].startDate, this.zone);
    if (first && (!this.place.day || !days.has(this.place.day))) this.go({ ...this.place, day: first }, 'replace');
  }

  showMonth(month: string): void {
    const { day: _, ...place } = this.place;
    this.place = place;
    void this.attempt(() => this.loadMonth(month));
  }

  showDay(day: string): void {
    this.go({ ...this.place, day }, 'replace');
    if (monthOf(day) !== this.state.month) void this.attempt(() => this.loadMonth(monthOf(day)));
  }

  /** Holds the time, or says that it is gone and which are the next ones. */
  choose(offer: Offer): void {
    this.state.notice = undefined;
    const about = { topicId: this.place.topic, customerTypeId: this.kind, existingMeetingId: this.place.moving };
    void this.attempt(async () => {
      try {
        this.keep(await this.around.api.reserve(offer, this.state.draft.token, about));
      } catch (error) {
        return this.backToTimes(lossOf(error), offer.startDate);
      }
      this.edit({ renewed: false });
      this.go({ ...this.place, step: 'details', slot: this.state.hold?.id ?? '', day: dayOf(offer.startDate, this.zone) });
    });
  }

  private keep(slot: Slot): void {
    this.state.hold = slot;
  }

  /** Searches anew and shows the times, with what has become of the one at `startDate`. What was typed stays. */
  private async backToTimes(loss: Pick<Notice, 'kind' | 'reason'>, startDate: string): Promise<void> {
    delete this.state.hold;
    this.forgetOffers();
    const { slot: _, ...place } = this.place;
    this.state.notice = { ...loss, startDate };
    const how = place.step === 'details' ? 'push' : 'replace';
    this.go({ ...place, step: 'time', day: dayOf(startDate, this.zone) }, how);
    await this.openTimes();
    const later = (this.offers() ?? []).filter((each) => each.startDate >= startDate);
    const offers = (later.length ? later : (this.offers() ?? [])).slice(0, NEXT_OFFERS);
    this.state.notice = { ...loss, startDate, offers };
  }

  // The hold ---------------------------------------------------------------------------------------------------------

  private async reopenHold(): Promise<void> {
    const { slot, meeting, ...place } = this.place;
    if (this.state.hold?.id === slot && slot) return;
    const found = slot ? await this.around.api.slot(slot).catch(gone) : undefined;
    if (found?.status === 'Reserved') {
      this.keep(found);
      if (found.waitlistId) this.comeToOffer(found);
    } else if (found?.meetingId && !place.moving) {
      this.state.meeting = await this.around.api.meeting(found.meetingId);
      this.go({ step: 'done', meeting: found.meetingId }, 'replace');
    } else if (found) {
      await this.backToTimes({ kind: 'lapsed' }, found.startDate);
    } else {
      this.go({ ...place, step: this.isComplete() ? 'time' : 'topic' }, 'replace');
      if (this.isComplete()) await this.openTimes();
    }
  }

  /** A time that was offered to somebody on the waitlist: the link names the slot only, and the slot says the rest. */
  private comeToOffer(slot: Slot): void {
    const known: Partial<Place> = { topic: slot.topicId, kind: slot.customerTypeId, type: slot.meetingType };
    const filled = Object.entries(known).filter(([, value]) => value);
    this.go({ ...this.place, ...(Object.fromEntries(filled) as Partial<Place>) }, 'replace');
  }

  /** The hold's time is over, by the reader's clock. */
  lapse(): void {
    const { hold } = this.state;
    if (hold) void this.attempt(() => this.backToTimes({ kind: 'lapsed' }, hold.startDate));
  }

  /** Holds the same time again for the whole of a hold's life. Offered once. */
  renew(): void {
    const { hold, draft } = this.state;
    if (!hold || !this.isRenewable) return;
    void this.attempt(async () => {
      const offer = { startDate: hold.startDate, endDate: hold.endDate, employeeId: hold.employeeId, roomId: hold.roomId, employeeIds: hold.employeeIds, meetingType: hold.meetingType } as Offer;
      const about = { topicId: hold.topicId ?? undefined, customerTypeId: hold.customerTypeId ?? undefined, existingMeetingId: hold.existingMeetingId ?? undefined };
      try {
        this.keep(await this.around.api.reserve(offer, draft.token, about));
        this.edit({ renewed: true });
      } catch (error) {
        await this.backToTimes(lossOf(error), hold.startDate);
      }
    });
  }

  /** Gives the held time back and returns to the times. */
  leaveDetails(): void {
    const { hold } = this.state;
    const { slot: _, ...place } = this.place;
    delete this.state.hold;
    if (hold) this.around.api.release(hold.id).catch(() => undefined); // it lapses by itself
    this.forgetOffers();
    this.go({ ...place, step: 'time' });
    void this.attempt(() => this.openTimes());
  }

  edit(change: Partial<Draft>): void {
    this.state.draft = { ...this.state.draft, ...change };
    this.around.drafts.write(this.state.draft);
  }

  // The meeting ------------------------------------------------------------------------------------------------------

  /** Makes the held time a meeting. Sent again after a failure, it makes the same one. */
  confirm(): void {
    const { hold, draft } = this.state;
    if (!hold) return;
    const moving = this.place.moving;
    void this.attempt(async () => {
      try {
        const meeting = moving ? await this.moveTo(hold.id) : await this.create(hold);
        this.state.meeting = meeting;
        delete this.state.hold;
        delete this.state.meetings;
        this.forgetOffers();
        this.around.drafts.clear();
        this.state.draft = fresh();
        this.go({ step: 'done', meeting: meeting.id, ...(moving ? { moving } : {}) });
        this.around.told('booked', meeting);
      } catch (error) {
        if (isStale(error) && moving) {
          this.state.meeting = await this.around.api.meeting(moving);
          this.state.notice = { kind: 'changed' };
          return;
        }
        const loss = lossOf(error);
        this.edit({ token: fresh().token, title: draft.title, note: draft.note });
        await this.backToTimes(loss, hold.startDate);
      }
    });
  }

  private create(hold: Slot): Promise<Meeting> {
    const { title, note } = this.state.draft;
    const body = {
      timeSlotId: hold.id,
      bookedBy: 'Customer' as const,
      type: (hold.meetingType ?? this.place.type) as MeetingType,
      topicId: hold.topicId ?? this.place.topic,
      customerTypeId: hold.customerTypeId ?? this.kind,
      title: title.trim() || undefined,
      description: note.trim() || undefined,
    };
    const text = JSON.stringify(body);
    if (this.idempotency.body !== text) this.idempotency = { body: text, key: crypto.randomUUID() };
    return this.around.api.createMeeting(body, this.idempotency.key);
  }

  private async moveTo(slotId: string): Promise<Meeting> {
    const meeting = this.state.meeting;
    if (!meeting) throw new Refused(404, 'NOT_FOUND', '', '');
    if (meeting.timeSlotId === slotId) return meeting; // the answer to the first attempt was lost
    try {
      return await this.around.api.moveMeeting(meeting, slotId);
    } catch (error) {
      if (!isStale(error)) throw error;
      const now = await this.around.api.meeting(meeting.id);
      if (now.timeSlotId !== slotId) throw error;
      return now;
    }
  }

  // My meetings ------------------------------------------------------------------------------------------------------

  showMeetings(): void {
    this.state.notice = undefined;
    this.go({ step: 'meetings' });
    void this.open(this.place);
  }

  startAgain(): void {
    this.state.notice = undefined;
    delete this.state.meeting;
    this.go({ ...this.first });
  }

  move(meeting: Meeting): void {
    this.state.meeting = meeting;
    this.state.notice = undefined;
    this.edit({ ...fresh() });
    this.forgetOffers();
    this.go(this.placeOfMove(meeting));
    void this.attempt(() => this.openTimes());
  }

  private placeOfMove(meeting: Meeting): Place {
    const place: Place = { step: 'time', type: meeting.type, moving: meeting.id, with: meeting.employeeId, day: dayOf(meeting.startDate, this.zone) };
    if (meeting.topicId) place.topic = meeting.topicId;
    if (meeting.customerTypeId) place.kind = meeting.customerTypeId;
    const at = this.room(meeting.roomId)?.location;
    if (at) place.at = at;
    return place;
  }

  private async loadMoving(id: string): Promise<void> {
    if (this.state.meeting?.id !== id) this.state.meeting = await this.around.api.meeting(id);
  }

  askToCancel(meeting: Meeting): void {
    this.state.meeting = meeting;
    this.state.notice = undefined;
    this.go({ step: 'cancel', meeting: meeting.id });
  }

  cancel(): void {
    const meeting = this.state.meeting;
    if (!meeting) return;
    void this.attempt(async () => {
      try {
        await this.around.api.cancelMeeting(meeting);
      } catch (error) {
        const now = await this.current(meeting.id, error);
        if (now.status !== 'Cancelled') {
          if (!isStale(error)) throw error;
          this.state.meeting = now;
          this.state.notice = { kind: 'changed' };
          return;
        }
      }
      this.state.notice = { kind: 'cancelled', startDate: meeting.startDate };
      this.around.told('cancelled', meeting);
      this.go({ step: 'meetings' }, 'replace');
      this.state.meetings = await this.around.api.meetings();
    });
  }

  /** The meeting as it is now, where that explains why a change of it was refused; throws the refusal otherwise. */
  private async current(id: string, refusal: unknown): Promise<Meeting> {
    if (refusal instanceof Refused && [STALE, CONFLICT].includes(refusal.status)) return this.around.api.meeting(id);
    throw refusal;
  }

  calendarFile(meeting: Meeting, save: (file: { text: string; name: string }) => void): void {
    void this.attempt(async () => save(await this.around.api.calendarFile(meeting.id)));
  }

  // What goes wrong --------------------------------------------------------------------------------------------------

  /** Runs an action; what fails is shown with a way to run the same action again. */
  private async attempt(action: () => Promise<void> | void): Promise<void> {
    this.state.busy = true;
    this.state.failure = undefined;
    this.around.changed();
    try {
      await action();
    } catch (error) {
      if (error instanceof SignedOut) this.around.signedOut();
      else this.state.failure = { of: failureOf(error), retry: () => void this.attempt(action) };
    } finally {
      this.state.busy = false;
      this.around.changed();
    }
  }
}

function isStale(error: unknown): boolean {
  return error instanceof Refused && error.status === STALE;
}

/** What has become of the time that was asked for; throws an error that is about something else. */
function lossOf(error: unknown): Pick<Notice, 'kind' | 'reason'> {
  const kind = error instanceof Refused ? LOST[error.code] : undefined;
  if (!kind) throw error;
  const { reason } = error as Refused;
  return reason ? { kind, reason } : { kind };
}

function gone(error: unknown): undefined {
  if (error instanceof Refused && error.status === 404) return undefined;
  throw error;
}

function failureOf(error: unknown): Failure {
  if (error instanceof NoConnection || error instanceof Refused) return error;
  throw error;
}
