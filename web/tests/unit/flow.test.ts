import { expect, test, vi } from 'vitest';
import { type Api, type Meeting, NoConnection, type Offer, Refused, SignedOut, type Slot } from '../../src/api';
import { Flow, type Surroundings } from '../../src/booking/flow';
import { fresh } from '../../src/draft';
import type { Place } from '../../src/place';

const NOW = Date.parse('2026-12-01T06:00:00Z');
const offer = (startDate: string): Offer => ({ startDate, endDate: startDate.replace(':00:00Z', ':45:00Z'), meetingType: 'Online', employeeId: 'anna' });
const OFFERS = [offer('2026-12-02T08:00:00Z'), offer('2026-12-02T09:00:00Z'), offer('2026-12-03T08:00:00Z')];
const SLOT: Slot = { id: 'slot-1', ...offer('2026-12-02T08:00:00Z'), status: 'Reserved', dateCreated: '2026-12-01T06:00:00Z', dateModified: '2026-12-01T06:00:00Z', expiresAt: '2026-12-01T06:05:00Z' };
const MEETING = { id: 'meeting-1', status: 'Confirmed', timeSlotId: 'slot-1', startDate: SLOT.startDate, endDate: SLOT.endDate, type: 'Online', employeeId: 'anna', version: 1 } as Meeting;
const AT_TIMES: Place = { step: 'time', topic: 'mortgage', type: 'Online', kind: 'private' };
const conflict = (code: string) => new Refused(409, code, '', 'r');

function setUp(place: Place, calls: Partial<Record<keyof Api, unknown>> = {}) {
  const api = {
    organisation: async () => ({ timeZone: 'Europe/Copenhagen', bookingHorizonDays: 90 }),
    customerTypes: async () => [{ id: 'private', name: 'Private' }],
    topics: async () => [{ id: 'mortgage', name: 'Mortgage', customerTypeIds: [], meetingTypes: [] }],
    employees: async () => [],
    rooms: async () => [],
    locations: async () => [],
    search: vi.fn(async () => OFFERS),
    reserve: vi.fn(async () => SLOT),
    slot: vi.fn(async () => SLOT),
    release: vi.fn(async () => undefined),
    createMeeting: vi.fn(async () => MEETING),
    meeting: vi.fn(async () => MEETING),
    meetings: vi.fn(async () => [MEETING]),
    moveMeeting: vi.fn(async () => MEETING),
    cancelMeeting: vi.fn(async () => undefined),
    ...calls,
  } as unknown as Api;
  let draft = { ...fresh(), note: 'typed' };
  const around: Surroundings = {
    api,
    drafts: { read: () => draft, write: (next) => (draft = next), clear: () => (draft = fresh()) },
    now: () => NOW,
    moved: vi.fn(),
    changed: () => undefined,
    signedOut: vi.fn(),
    told: vi.fn(),
  };
  const flow = new Flow(place, { step: 'topic' }, around);
  return { flow, around, api: api as unknown as Record<string, ReturnType<typeof vi.fn>> };
}

const settled = (flow: Flow) => vi.waitFor(() => expect(flow.state.busy).toBe(false));

test('a time that somebody else took leads back to the times, with the next ones, and keeps what was typed', async () => {
  const { flow } = setUp(AT_TIMES, { reserve: async () => Promise.reject(conflict('SLOT_TAKEN')) });
  await flow.open(flow.place);
  flow.choose(OFFERS[0]!);
  await settled(flow);
  expect(flow.place.step).toBe('time');
  expect(flow.state.notice).toEqual({ kind: 'taken', startDate: OFFERS[0]!.startDate, offers: OFFERS });
  expect(flow.state.draft.note).toBe('typed');
});

test('a hold that has lapsed when the meeting is made leads back to the times', async () => {
  const { flow } = setUp(AT_TIMES, { createMeeting: async () => Promise.reject(conflict('RESERVATION_EXPIRED')) });
  await flow.open(flow.place);
  flow.choose(OFFERS[0]!);
  await settled(flow);
  expect(flow.place.step).toBe('details');
  flow.confirm();
  await settled(flow);
  expect(flow.place.step).toBe('time');
  expect(flow.state.notice?.kind).toBe('lapsed');
  expect(flow.state.draft.note).toBe('typed');
});

test('the link to a time that the waitlist offers opens it with all that its slot says, and it is not kept for longer', async () => {
  const offered = { ...SLOT, topicId: 'mortgage', customerTypeId: 'private', waitlistId: 'entry-1' };
  const { flow, around, api } = setUp({ step: 'details', slot: 'slot-1' }, { slot: async () => offered });
  await flow.open(flow.place);
  expect(flow.state.hold).toEqual(offered);
  expect(flow.place).toEqual({ step: 'details', slot: 'slot-1', topic: 'mortgage', kind: 'private', type: 'Online' });
  flow.renew();
  await settled(flow);
  expect(api['reserve']).not.toHaveBeenCalled();
  flow.confirm();
  await settled(flow);
  expect(api['createMeeting']!.mock.calls[0]![0]).toMatchObject({ timeSlotId: 'slot-1', type: 'Online', topicId: 'mortgage' });
  expect(around.told).toHaveBeenCalledWith('booked', MEETING);
});

test('a lost answer is asked for again under the same key, and another text gets another key', async () => {
  const createMeeting = vi.fn().mockRejectedValueOnce(new NoConnection()).mockRejectedValueOnce(new NoConnection()).mockResolvedValue(MEETING);
  const { flow, around } = setUp(AT_TIMES, { createMeeting });
  await flow.open(flow.place);
  flow.choose(OFFERS[0]!);
  await settled(flow);
  flow.confirm();
  await settled(flow);
  expect(flow.state.failure?.of).toBeInstanceOf(NoConnection);
  flow.state.failure?.retry();
  await settled(flow);
  flow.edit({ note: 'changed' });
  flow.state.failure?.retry();
  await settled(flow);
  const keys = createMeeting.mock.calls.map((call) => call[1] as string);
  expect(keys[0]).toBe(keys[1]);
  expect(keys[2]).not.toBe(keys[0]);
  expect(flow.place).toEqual({ step: 'done', meeting: 'meeting-1' });
  expect(around.told).toHaveBeenCalledExactlyOnceWith('booked', MEETING);
});

test('a reload on the details finds the hold again, or the meeting that it became', async () => {
  const place: Place = { ...AT_TIMES, step: 'details', slot: 'slot-1' };
  const held = setUp(place);
  await held.flow.open(place);
  expect(held.flow.state.hold?.id).toBe('slot-1');
  const booked = setUp(place, { slot: async () => ({ ...SLOT, status: 'Booked', meetingId: 'meeting-1' }) });
  await booked.flow.open(place);
  expect(booked.flow.place).toEqual({ step: 'done', meeting: 'meeting-1' });
  const lapsed = setUp(place, { slot: async () => ({ ...SLOT, status: 'Expired' }) });
  await lapsed.flow.open(place);
  expect(lapsed.flow.place.step).toBe('time');
  expect(lapsed.flow.state.notice?.kind).toBe('lapsed');
});

test('a hold is renewed once', async () => {
  const { flow, api } = setUp(AT_TIMES);
  await flow.open(flow.place);
  flow.choose(OFFERS[0]!);
  await settled(flow);
  flow.renew();
  await settled(flow);
  flow.renew();
  await settled(flow);
  expect(api['reserve']).toHaveBeenCalledTimes(2);
});

test('the calendar opens at the first month that has a free time', async () => {
  const january = offer('2027-01-04T08:00:00Z');
  const search = vi.fn(async ({ endDate }: { endDate: string }) => (endDate > january.startDate ? [january] : []));
  const { flow } = setUp(AT_TIMES, { search });
  await flow.open(flow.place);
  expect(flow.state.month).toBe('2027-01');
  expect(flow.offers()).toEqual([january]);
  expect(flow.place.day).toBe('2027-01-04');
});

test('an empty month says when the next free time is, or that there is none', async () => {
  const january = offer('2027-01-04T08:00:00Z');
  const search = vi.fn(async ({ endDate }: { endDate: string }) => (endDate > january.startDate ? [january] : []));
  const { flow } = setUp(AT_TIMES, { search });
  await flow.open(flow.place);
  flow.showMonth('2026-12');
  await settled(flow);
  expect(flow.offers()).toEqual([]);
  expect(flow.state.nextOffer).toEqual(january);
  const none = setUp(AT_TIMES, { search: async () => [] });
  await none.flow.open(none.flow.place);
  expect(none.flow.state.nextOffer).toBeNull();
});

test('an expired sign-in is told, and the place stays', async () => {
  const { flow, around } = setUp(AT_TIMES, { search: async () => Promise.reject(new SignedOut()) });
  await flow.open(flow.place);
  expect(around.signedOut).toHaveBeenCalledOnce();
  expect(flow.place).toEqual(AT_TIMES);
  expect(flow.state.failure).toBeUndefined();
});

test('a meeting that changed meanwhile is shown as it is before it is cancelled', async () => {
  const newer = { ...MEETING, version: 2, startDate: '2026-12-09T08:00:00Z' };
  const { flow } = setUp({ step: 'cancel', meeting: 'meeting-1' }, { cancelMeeting: async () => Promise.reject(new Refused(412, 'STALE', '', '')), meeting: vi.fn().mockResolvedValueOnce(MEETING).mockResolvedValue(newer) });
  await flow.open(flow.place);
  flow.cancel();
  await settled(flow);
  expect(flow.place.step).toBe('cancel');
  expect(flow.state.meeting).toEqual(newer);
  expect(flow.state.notice?.kind).toBe('changed');
});

test('a time that a rule does not allow leads back to the times with the reason', async () => {
  const { flow } = setUp(AT_TIMES, { reserve: async () => Promise.reject(new Refused(409, 'SLOT_NOT_OFFERED', '', 'r', { reason: 'CLOSING_DAY' })) });
  await flow.open(flow.place);
  flow.choose(OFFERS[0]!);
  await settled(flow);
  expect(flow.state.notice).toEqual({ kind: 'not-offered', reason: 'CLOSING_DAY', startDate: OFFERS[0]!.startDate, offers: OFFERS });
});

test('who cancels too late reads that, and the meeting stays', async () => {
  const { flow, around } = setUp({ step: 'cancel', meeting: 'meeting-1' }, { cancelMeeting: async () => Promise.reject(conflict('TOO_LATE_TO_CANCEL')) });
  await flow.open(flow.place);
  flow.cancel();
  await settled(flow);
  expect((flow.state.failure?.of as Refused).code).toBe('TOO_LATE_TO_CANCEL');
  expect(flow.state.notice).toBeUndefined();
  expect(around.told).not.toHaveBeenCalled();
});

test.each(['TOO_LATE_TO_CHANGE', 'MEETING_OVER', 'TOO_MANY_MEETINGS', 'CUSTOMER_BUSY'])('a move that is refused with %s is not said to be a time that somebody took', async (code) => {
  const place: Place = { ...AT_TIMES, moving: 'meeting-1' };
  const { flow } = setUp(place, { reserve: async () => Promise.reject(conflict(code)) });
  await flow.open(place);
  flow.choose(OFFERS[0]!);
  await settled(flow);
  expect((flow.state.failure?.of as Refused).code).toBe(code);
  expect(flow.state.notice).toBeUndefined();
});
