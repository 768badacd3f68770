/** The calls of the API that the pages make, typed by its own description (docs/openapi.json). */

import createClient from 'openapi-fetch';
import type { paths } from './schema';

type Json<Response> = Response extends { content: { 'application/json': infer Body } } ? Body : never;
type Answer<Path extends keyof paths, Method extends keyof paths[Path], Status extends number = 200> = paths[Path][Method] extends {
  responses: infer Responses;
}
  ? Status extends keyof Responses
    ? Json<Responses[Status]>
    : never
  : never;

export type Topic = Answer<'/bookme/meeting-topics', 'get'>[number];
export type CustomerType = Answer<'/config/customer-types', 'get'>[number];
export type Employee = Answer<'/config/employees', 'get'>[number];
export type Room = Answer<'/config/rooms', 'get'>[number];
export type Location = Answer<'/config/locations', 'get'>['items'][number];
export type Organisation = Answer<'/config/organisation', 'get'>;
export type Offer = Answer<'/bookme/time-slots/available', 'get'>[number];
export type Slot = Answer<'/bookme/time-slots/{timeSlotId}', 'get'>;
export type Meeting = Answer<'/bookme/meetings/{meetingId}', 'get'>;
export type Agendas = Answer<'/bookme/agendas', 'get'>;
export type Explanation = Answer<'/bookme/time-slots/explain', 'get'>;
export type MeetingType = Offer['meetingType'];

/** An error in the API's one shape. `reason`: the rule that refuses a time; `fields`: where a request is wrong. */
export class Refused extends Error {
  readonly reason: string;
  readonly fields: string[];

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string,
    details: { reason?: unknown; errors?: unknown } = {},
  ) {
    super(message);
    this.reason = typeof details.reason === 'string' ? details.reason : '';
    this.fields = Array.isArray(details.errors) ? details.errors.map((each: { where?: unknown }) => String(each.where)) : [];
  }

  /** Whether the same request may be accepted a moment later. */
  get passes(): boolean {
    return this.status >= 429;
  }
}

/** There is no token, or it is no longer accepted. */
export class SignedOut extends Error {}

/** No answer came back. Whether the request arrived is not known. */
export class NoConnection extends Error {}

const PATIENCE_MILLISECONDS = 35_000; // longer than the gateway lets a function take, which is 29 s

export interface Search {
  topicId?: string | undefined;
  customerTypeId?: string | undefined;
  meetingType?: MeetingType | undefined;
  location?: string | undefined;
  employeeId?: string | undefined;
  /** Minutes. */
  duration?: number | undefined;
  existingMeetingId?: string | undefined;
  /** A date or date-time; now if left out. */
  startDate?: string | undefined;
  endDate: string;
  /** Everyone who is free, and not the rules for customers: for employees only. */
  forStaff?: boolean | undefined;
}

/** `language` is the one that names are shown in, as far as the organisation has translated them. */
export function createApi(baseUrl: string, token: () => Promise<string>, language: () => string) {
  const client = createClient<paths>({ baseUrl, fetch: send, querySerializer: { array: { style: 'form', explode: true } } });
  client.use({
    onRequest: async ({ request }) => {
      request.headers.set('Authorization', `Bearer ${await token()}`);
      request.headers.set('Accept-Language', language());
      return request;
    },
  });

  function searchQuery(search: Search) {
    return {
      requireEmployeeParticipation: Boolean(search.employeeId),
      explicitEmployeeIds: search.employeeId ? [search.employeeId] : undefined,
      topicId: search.topicId,
      customerTypeId: search.customerTypeId,
      meetingTypes: search.meetingType ? [search.meetingType] : undefined,
      customerLocation: search.location,
      meetingDuration: search.duration,
      existingMeetingId: search.existingMeetingId,
      startDate: search.startDate,
      endDate: search.endDate,
      ...(search.forStaff ? { allEmployees: true } : {}),
    };
  }

  return {
    topics: (isCustomer = true) => body(client.GET('/bookme/meeting-topics', { params: { query: { isCustomer } } })),
    customerTypes: () => body(client.GET('/config/customer-types')),
    employees: () => body(client.GET('/config/employees')),
    rooms: () => body(client.GET('/config/rooms')),
    organisation: () => body(client.GET('/config/organisation')),

    async locations(): Promise<Location[]> {
      const found: Location[] = [];
      let cursor: string | undefined;
      do {
        const page = await body(client.GET('/config/locations', { params: { query: { cursor } } }));
        found.push(...page.items);
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      return found;
    },

    search: (search: Search) => body(client.GET('/bookme/time-slots/available', { params: { query: searchQuery(search) } })),

    /** Why each employee and room is or is not offered at `start`. */
    explain: (search: Omit<Search, 'endDate' | 'startDate'>, start: string) => {
      const { endDate: _, ...query } = searchQuery({ ...search, endDate: start });
      return body(client.GET('/bookme/time-slots/explain', { params: { query: { ...query, start } } }));
    },

    reserve: (offer: Offer, token: string, about: { topicId?: string | undefined; customerTypeId?: string | undefined; existingMeetingId?: string | undefined }) =>
      body(
        client.POST('/bookme/time-slots/reserve', {
          body: {
            timeSlot: {
              startDate: offer.startDate,
              endDate: offer.endDate,
              status: 'Reserved',
              employeeId: offer.employeeId,
              ...(offer.employeeIds ? { employeeIds: offer.employeeIds } : {}),
              ...(offer.roomId ? { roomId: offer.roomId } : {}),
              meetingType: offer.meetingType,
              topicId: about.topicId,
              customerTypeId: about.customerTypeId,
            },
            token,
            existingMeetingId: about.existingMeetingId,
          },
        }),
      ),
    slot: (timeSlotId: string) => body(client.GET('/bookme/time-slots/{timeSlotId}', { params: { path: { timeSlotId } } })),
    release: (timeSlotId: string) => done(client.DELETE('/bookme/time-slots/{timeSlotId}', { params: { path: { timeSlotId } } })),

    createMeeting: (meeting: NewMeeting, idempotencyKey: string) =>
      body(client.POST('/bookme/meetings', { body: meeting, params: { header: { 'Idempotency-Key': idempotencyKey } } })),
    meeting: (meetingId: string) => body(client.GET('/bookme/meetings/{meetingId}', { params: { path: { meetingId } } })),

    /** Every page of a list of meetings. */
    async meetings(query: { customerId?: string; timeSlotId?: string; employeeId?: string; startDate?: string; endDate?: string } = {}): Promise<Meeting[]> {
      const found: Meeting[] = [];
      let cursor: string | undefined;
      do {
        const page = await body(client.GET('/bookme/meetings', { params: { query: { ...query, limit: 200, cursor } } }));
        found.push(...page.items);
        cursor = page.nextCursor ?? undefined;
      } while (cursor);
      return found;
    },

    /** Moves a meeting to a time that is held for it. */
    moveMeeting: (meeting: Meeting, timeSlotId: string) =>
      body(
        client.PATCH('/bookme/meetings/{meetingId}', {
          params: { path: { meetingId: meeting.id }, header: { 'If-Match': `"${meeting.version}"` } },
          headers: { 'Content-Type': 'application/json-patch+json' },
          body: [{ op: 'replace', path: '/timeSlotId', value: timeSlotId }],
        }),
      ),
    cancelMeeting: (meeting: Meeting) =>
      done(client.DELETE('/bookme/meetings/{meetingId}', { params: { path: { meetingId: meeting.id }, header: { 'If-Match': `"${meeting.version}"` } } })),

    /** The meeting as a calendar file, and the name it is to be saved under. */
    async calendarFile(meetingId: string): Promise<{ text: string; name: string }> {
      const { data, error, response } = await client.POST('/bookme/meetings/{meetingId}/ical', { params: { path: { meetingId } }, parseAs: 'text' });
      if (!response.ok) throw refusal(response, error);
      const name = /filename="?([^";]+)"?/.exec(response.headers.get('Content-Disposition') ?? '')?.[1];
      return { text: String(data), name: name ?? 'meeting.ics' };
    },

    agendas: (query: { employeeIds: string[]; roomIds: string[]; startDate: string; endDate: string }) =>
      body(client.GET('/bookme/agendas', { params: { query } })),
  };
}

export type Api = ReturnType<typeof createApi>;

export interface NewMeeting {
  timeSlotId: string;
  type: MeetingType;
  bookedBy: 'Customer' | 'Employee';
  topicId?: string | undefined;
  customerTypeId?: string | undefined;
  customerId?: string | undefined;
  title?: string | undefined;
  description?: string | undefined;
}

async function send(request: Request): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MILLISECONDS) });
  } catch {
    throw new NoConnection();
  }
}

type Reply<Body> = Promise<{ data?: Body; error?: unknown; response: Response }>;

async function body<Body>(reply: Reply<Body>): Promise<Body> {
  const { data, error, response } = await reply;
  if (data === undefined) throw refusal(response, error);
  return data;
}

async function done(reply: Reply<unknown>): Promise<void> {
  const { error, response } = await reply;
  if (!response.ok) throw refusal(response, error);
}

function refusal(response: Response, error: unknown): Error {
  if (response.status === 401) return new SignedOut();
  const shape = typeof error === 'string' ? parsed(error) : ((error ?? {}) as Record<string, unknown>);
  const text = (name: string) => (typeof shape[name] === 'string' ? (shape[name] as string) : '');
  return new Refused(response.status, text('code'), text('message'), text('requestId'), shape['details'] ?? {});
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
