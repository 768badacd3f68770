/** What each step looks like: functions of the flow's state. */

import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Meeting, MeetingType, Offer, Slot } from '../api';
import { googleLink, outlookLink, type Appointment } from '../calendar-links';
import { NoConnection } from '../api';
import type { Language, Messages } from '../i18n';
import { reasonText, refusalText } from '../i18n/refusals';
import { STEPS } from '../place';
import * as times from '../times';
import type { Failure, Flow } from './flow';

type Say = (text: string) => void;
type View = TemplateResult | typeof nothing;

export function stepView(flow: Flow, language: Language, say: Say): TemplateResult {
  const { messages: text } = language;
  if (!flow.state.catalogue) {
    return flow.state.failure ? html`${failureView(flow, text)}` : html`<p class="pending" role="status">${text.loading} …</p>`;
  }
  return html`${stepsView(flow, text)} ${failureView(flow, text)} ${noticeView(flow, language)} ${content(flow, language, say)}`;
}

function content(flow: Flow, language: Language, say: Say): View {
  switch (flow.place.step) {
    case 'topic':
      return topicView(flow, language);
    case 'how':
      return howView(flow, language);
    case 'time':
      return timeView(flow, language);
    case 'details':
      return detailsView(flow, language, say);
    case 'done':
      return doneView(flow, language);
    case 'meetings':
      return meetingsView(flow, language);
    case 'cancel':
      return cancelView(flow, language);
  }
}

function stepsView(flow: Flow, text: Messages): View {
  const names = { topic: text.stepTopic, how: text.stepHow, time: text.stepTime, details: text.stepDetails };
  const steps = flow.place.moving ? (['time', 'details'] as const) : STEPS;
  const at = steps.findIndex((step) => step === flow.place.step);
  if (at < 0) return nothing;
  return html`<ol class="steps" aria-label=${text.steps}>
    ${steps.map(
      (step, index) =>
        html`<li class=${index < at ? 'passed' : ''} aria-current=${index === at ? 'step' : nothing}>
          ${names[step]}<span class="unseen">, ${text.stepOf(index + 1, steps.length)}</span>
        </li>`,
    )}
  </ol>`;
}

function failureText(failure: Failure, text: Messages): string {
  return failure instanceof NoConnection ? text.noConnection : refusalText(failure, text);
}

function failureView(flow: Flow, text: Messages): View {
  const { failure } = flow.state;
  if (!failure) return nothing;
  return html`<div class="notice bad" role="alert">
    <p>${failureText(failure.of, text)}</p>
    ${failure.of instanceof NoConnection || failure.of.passes || !flow.state.catalogue
      ? html`<button type="button" @click=${failure.retry}>${text.tryAgain}</button>`
      : flow.place.moving
        ? html`<button type="button" @click=${() => flow.showMeetings()}>${text.myMeetings}</button>`
        : nothing}
  </div>`;
}

/** Something is on its way, unless it is said to have failed. */
function pendingView(flow: Flow, text: Messages): View {
  return flow.state.failure ? nothing : html`<p class="pending">${text.loading} …</p>`;
}

function noticeView(flow: Flow, language: Language): View {
  const { notice } = flow.state;
  const { messages: text, tag } = language;
  if (!notice) return nothing;
  const time = notice.startDate ? times.shortText(notice.startDate, tag, flow.zone) : '';
  switch (notice.kind) {
    case 'cancelled':
      return html`<p class="notice good" role="status">${text.cancelled}</p>`;
    case 'changed':
      return html`<p class="notice" role="alert">${text.meetingChanged}</p>`;
  }
  if (flow.place.step !== 'time') return nothing;
  const sentence = { taken: text.timeTaken, lapsed: text.timeLapsed, 'not-offered': text.timeNotOffered }[notice.kind](time, reasonText(notice.reason ?? '', text));
  return html`<div class="notice" role="alert">
    <p>${sentence}</p>
    ${notice.offers?.length
      ? html`<p>${text.nextTimes}</p>
          <div class="actions">
            ${notice.offers.map(
              (offer) => html`<button type="button" @click=${() => flow.choose(offer)}>${times.shortText(offer.startDate, tag, flow.zone)}</button>`,
            )}
          </div>`
      : nothing}
  </div>`;
}

// Topic --------------------------------------------------------------------------------------------------------------

function topicView(flow: Flow, { messages: text }: Language): TemplateResult {
  const { organisation } = flow.state.catalogue ?? {};
  const minutes = (duration: string | null | undefined) => text.minutes(times.minutesOf(duration ?? organisation?.defaultMeetingDuration ?? '60'));
  const topics = flow.topics();
  return html`<h1 tabindex="-1">${text.topicHeading}</h1>
    ${kindsView(flow, text)}
    ${topics.length
      ? html`<ul class="choices">
          ${topics.map(
            (topic) => html`<li>
              <button type="button" @click=${() => flow.chooseTopic(topic.id)}>${topic.name}<small>${minutes(topic.duration)}</small></button>
            </li>`,
          )}
        </ul>`
      : html`<p class="notice">${text.noTopics}</p>`}`;
}

function kindsView(flow: Flow, text: Messages): View {
  const kinds = flow.kinds();
  if (kinds.length < 2) return nothing;
  return html`<fieldset>
    <legend>${text.customerType}</legend>
    <div class="pills">
      ${kinds.map(
        (kind) => html`<label class="choice">
          <input type="radio" name="kind" .checked=${kind.id === flow.kind} @change=${() => flow.chooseKind(kind.id)} />${kind.name}
        </label>`,
      )}
    </div>
  </fieldset>`;
}

// Where and how ------------------------------------------------------------------------------------------------------

function howView(flow: Flow, { messages: text }: Language): TemplateResult {
  const types = flow.meetingTypes();
  const chosen = types.includes(flow.place.type as MeetingType) ? flow.place.type : types[0];
  const locations = flow.state.catalogue?.locations ?? [];
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const value = (name: string) => String(data.get(name) ?? '');
    flow.chooseHow({ type: value('type'), at: value('at'), with: value('with') });
  };
  return html`<h1 tabindex="-1">${text.howHeading}</h1>
    <p class="lead">${flow.topic()?.name}</p>
    <form class="fields" @submit=${submit}>
      ${flow.startsWithTopic ? kindsView(flow, text) : nothing}
      <fieldset>
        <legend>${text.meetingType}</legend>
        <div class="choices">
          ${types.map(
            (type) => html`<label class="choice">
              <input type="radio" name="type" value=${type} .checked=${type === chosen} required />
              <span>${text[type]}<small>${text[`${type}Hint`]}</small></span>
            </label>`,
          )}
        </div>
      </fieldset>
      ${locations.length
        ? html`<div>
            <label class="name" for="at">${text.branch}</label>
            <select id="at" name="at">
              ${locations.map((each) => html`<option value=${each.id} ?selected=${each.id === flow.place.at}>${[each.name, each.address].filter(Boolean).join(', ')}</option>`)}
            </select>
          </div>`
        : nothing}
      <div>
        <label class="name" for="with">${text.adviser}</label>
        <select id="with" name="with">
          <option value="">${text.anyAdviser}</option>
          ${flow.advisers(flow.place.topic, undefined).map((each) => html`<option value=${each.id} ?selected=${each.id === flow.place.with}>${each.name}</option>`)}
        </select>
      </div>
      <div class="actions">
        <button class="primary">${text.next}</button>
        <button type="button" class="link" @click=${() => history.back()}>${text.back}</button>
      </div>
    </form>`;
}

// Time ---------------------------------------------------------------------------------------------------------------

function timeView(flow: Flow, language: Language): TemplateResult {
  const { messages: text, tag } = language;
  const { month, nextOffer, meeting } = flow.state;
  const offers = flow.offers();
  const own = times.viewersZone();
  const at = offers?.[0]?.startDate ?? new Date();
  const differs = times.clocksDiffer(flow.zone, own, at);
  const isMoving = Boolean(flow.place.moving && meeting);
  return html`<h1 tabindex="-1">${isMoving ? text.moveHeading : text.timeHeading}</h1>
    ${isMoving && meeting ? html`<p class="lead">${text.moveHint(times.shortText(meeting.startDate, tag, flow.zone))}</p>` : summaryLine(flow, text)}
    <div class="times">
      <section aria-label=${times.monthText(month, tag)}>${calendarView(flow, language)}</section>
      <section class="slots" aria-live="polite" aria-busy=${flow.state.busy ? 'true' : 'false'}>
        ${offers === undefined
          ? pendingView(flow, text)
          : offers.length
            ? slotsView(flow, language, offers, differs ? own : undefined)
            : emptyMonthView(flow, language, nextOffer)}
      </section>
    </div>
    <p class="hint">
      ${differs ? text.zoneBoth(times.zoneText(tag, flow.zone, at), times.zoneText(tag, own, at)) : text.zone(times.zoneText(tag, flow.zone, at))}
    </p>`;
}

function summaryLine(flow: Flow, text: Messages): TemplateResult {
  const parts = [flow.topic()?.name, text[flow.place.type as MeetingType], flow.location(flow.place.at)?.name, flow.employee(flow.place.with)?.name];
  return html`<p class="lead">
    ${parts.filter(Boolean).join(' · ')}
    <button type="button" class="link" @click=${() => flow.changeHow()}>${text.changeHow}</button>
  </p>`;
}

function emptyMonthView(flow: Flow, { messages: text, tag }: Language, next: Offer | null | undefined): View {
  if (next === undefined) return pendingView(flow, text);
  if (next === null) {
    return html`<p>${text.noTimesAtAll}</p>
      ${flow.place.moving ? nothing : html`<div class="actions"><button type="button" class="primary" @click=${() => flow.changeHow()}>${text.changeHow}</button></div>`}`;
  }
  return html`<p>${text.noTimesInMonth(times.monthText(flow.state.month, tag))}</p>
    <div class="actions">
      <button type="button" class="primary" @click=${() => flow.showDay(times.dayOf(next.startDate, flow.zone))}>
        ${text.nextFreeTime(times.shortText(next.startDate, tag, flow.zone))}
      </button>
    </div>`;
}

function calendarView(flow: Flow, language: Language): TemplateResult {
  const { messages: text, tag } = language;
  const { month } = flow.state;
  const days = times.byDay(flow.offers() ?? [], flow.zone);
  const free = [...days.keys()].sort();
  const chosen = flow.place.day && days.has(flow.place.day) ? flow.place.day : free[0];
  const isFirst = month <= times.monthOf(flow.today);
  const isLast = month >= times.monthOf(flow.horizon);
  const go = (event: KeyboardEvent) => {
    const day = nextDay(event, free, chosen, language.direction === 'rtl');
    if (!day) return;
    event.preventDefault();
    flow.showDay(day);
    const root = (event.currentTarget as HTMLElement).getRootNode() as ShadowRoot;
    queueMicrotask(() => requestAnimationFrame(() => root.querySelector<HTMLElement>(`[data-day="${day}"]`)?.focus()));
  };
  return html`<div class="month">
      <button type="button" ?disabled=${isFirst} aria-label=${text.previousMonth} @click=${() => flow.showMonth(times.addMonths(month, -1))}>${chevron(false)}</button>
      <h2 aria-live="polite">${times.monthText(month, tag)}</h2>
      <button type="button" ?disabled=${isLast} aria-label=${text.nextMonth} @click=${() => flow.showMonth(times.addMonths(month, 1))}>${chevron(true)}</button>
    </div>
    <table class="calendar" @keydown=${go}>
      <caption class="unseen">${times.monthText(month, tag)}</caption>
      <thead>
        <tr>
          ${times.weekdayNames(tag).map((name) => html`<th scope="col"><abbr aria-hidden="true">${name.short}</abbr><span class="unseen">${name.long}</span></th>`)}
        </tr>
      </thead>
      <tbody>
        ${times.weeksOf(month, tag).map(
          (week) => html`<tr>
            ${week.map((day) => {
              if (!day) return html`<td></td>`;
              const count = days.get(day)?.length ?? 0;
              const number = times.dayNumberText(day, tag);
              if (!count) return html`<td><span class="day">${number}</span></td>`;
              const label = `${times.dayText(day, tag)}, ${text.freeTimes(count)}`;
              return html`<td>
                <button type="button" data-day=${day} aria-label=${label} aria-pressed=${day === chosen ? 'true' : 'false'} tabindex=${day === chosen ? 0 : -1} @click=${() => flow.showDay(day)}>
                  ${number}
                </button>
              </td>`;
            })}
          </tr>`,
        )}
      </tbody>
    </table>`;
}

/** The free day that an arrow key leads to: the next one that way. */
export function nextDay(event: Pick<KeyboardEvent, 'key'>, free: string[], from: string | undefined, mirrored: boolean): string | undefined {
  if (!from) return undefined;
  const after = (days: number) => free.find((day) => day >= times.addDays(from, days));
  const before = (days: number) => free.findLast((day) => day <= times.addDays(from, -days));
  switch (event.key) {
    case 'ArrowRight':
      return mirrored ? before(1) : after(1);
    case 'ArrowLeft':
      return mirrored ? after(1) : before(1);
    case 'ArrowDown':
      return after(7);
    case 'ArrowUp':
      return before(7);
    case 'Home':
      return free[0];
    case 'End':
      return free.at(-1);
  }
  return undefined;
}

function chevron(forward: boolean): TemplateResult {
  return html`<svg class="arrow" width="20" height="20" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">
    <path d=${forward ? 'M7 4l6 6-6 6' : 'M13 4l-6 6 6 6'} />
  </svg>`;
}

function slotsView(flow: Flow, { messages: text, tag }: Language, offers: Offer[], own: string | undefined): TemplateResult {
  const days = times.byDay(offers, flow.zone);
  const day = flow.place.day && days.has(flow.place.day) ? flow.place.day : undefined;
  if (!day) return html`<p>${text.chooseDay}</p>`;
  const groups = times.grouped(days.get(day) ?? [], flow.zone);
  return html`<h2>${text.timesOn(times.dayText(day, tag))}</h2>
    <div class="scroll">
      ${groups.map(
        (group) => html`<div>
          <h3>${group.part ? text[group.part] : times.timeText(group.offers[0]?.startDate ?? '', tag, flow.zone).replace(/:\d\d/, ':00')}</h3>
          <ul class=${own || group.offers.some((offer) => offer.seatsLeft) ? 'both' : ''}>
            ${repeat(
              group.offers,
              (offer) => offer.startDate + offer.employeeId,
              (offer) => html`<li>
                <button type="button" data-start=${offer.startDate} @click=${() => flow.state.busy || flow.choose(offer)}>
                  ${times.timeText(offer.startDate, tag, flow.zone)}
                  ${own ? html`<small>${text.yourTime(times.timeText(offer.startDate, tag, own))}</small>` : nothing}
                  ${offer.seatsLeft ? html`<small>${text.seatsLeft(offer.seatsLeft)}</small>` : nothing}
                </button>
              </li>`,
            )}
          </ul>
        </div>`,
      )}
    </div>`;
}

// Details ------------------------------------------------------------------------------------------------------------

function detailsView(flow: Flow, language: Language, say: Say): View {
  const { messages: text, tag } = language;
  const { hold, draft, busy, meeting } = flow.state;
  if (!hold) return pendingView(flow, text);
  const isMoving = Boolean(flow.place.moving);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!busy) flow.confirm();
  };
  return html`<h1 tabindex="-1">${text.detailsHeading}</h1>
    <div class="hold">
      <span role="timer">${text.held(times.countdown(flow.holdLeft ?? 0, tag))}</span>
      ${!flow.isRenewable
        ? nothing
        : html`<button
            type="button"
            class="link"
            @click=${() => {
              flow.renew();
              say(text.keptLonger);
            }}
          >
            ${text.keepLonger}
          </button>`}
    </div>
    <div class="card">
      ${factsView(flow, language, { ...hold, type: hold.meetingType ?? flow.place.type, topicId: hold.topicId ?? flow.place.topic })}
      ${isMoving && meeting ? html`<p class="hint">${text.formerTime(times.shortText(meeting.startDate, tag, flow.zone))}</p>` : nothing}
    </div>
    <form class="fields" @submit=${submit}>
      ${isMoving
        ? nothing
        : html`<div>
            <label class="name" for="note">${text.note}</label>
            <textarea id="note" rows="3" maxlength="2000" aria-describedby="note-hint" .value=${draft.note} @input=${(event: Event) => flow.edit({ note: (event.target as HTMLTextAreaElement).value })}></textarea>
            <p class="hint" id="note-hint">${text.noteHint}</p>
          </div>`}
      <div class="actions">
        <button class="primary" aria-disabled=${busy ? 'true' : nothing}>
          ${busy ? `${text.booking} …` : isMoving ? text.confirmMove : text.confirm}
        </button>
        <button type="button" class="link" @click=${() => flow.leaveDetails()}>${text.back}</button>
      </div>
    </form>`;
}

type Facts = Pick<Slot, 'startDate' | 'endDate' | 'employeeId'> & {
  type?: string | null | undefined;
  topicId?: string | null | undefined;
  roomId?: string | null | undefined;
  videoLink?: string | null | undefined;
};

function placeText(flow: Flow, text: Messages, facts: Facts): string {
  const room = flow.room(facts.roomId);
  const location = flow.location(room?.location ?? (facts.type === 'Physical' ? (flow.place.at ?? flow.employee(facts.employeeId)?.locations?.[0]) : undefined));
  const where = [location?.name, location?.address, room && text.room(room.name)].filter(Boolean).join(', ');
  return where || text[(facts.type ?? 'Online') as MeetingType];
}

function whenView(flow: Flow, { messages: text, tag }: Language, facts: Facts): TemplateResult {
  const own = times.viewersZone();
  const range = (zone: string) => text.until(times.timeText(facts.startDate, tag, zone), times.timeText(facts.endDate, tag, zone));
  return html`${times.longDayText(facts.startDate, tag, flow.zone)}, <bdi>${range(flow.zone)}</bdi>
    <small>${times.zoneText(tag, flow.zone, facts.startDate)}</small>
    ${times.clocksDiffer(flow.zone, own, facts.startDate) ? html`<small>${text.yourTime(times.shortText(facts.startDate, tag, own))}</small>` : nothing}`;
}

function factsView(flow: Flow, language: Language, facts: Facts): TemplateResult {
  const { messages: text } = language;
  const topic = flow.topic(facts.topicId ?? undefined)?.name ?? facts.topicId;
  const how = text[(facts.type ?? 'Online') as MeetingType];
  const where = placeText(flow, text, facts);
  return html`<dl>
    ${topic ? html`<dt>${text.what}</dt><dd>${topic}</dd>` : nothing}
    <dt>${text.when}</dt>
    <dd>${whenView(flow, language, facts)}</dd>
    <dt>${text.where}</dt>
    <dd>${where === how ? how : html`${how}<small>${where}</small>`}</dd>
    <dt>${text.withWhom}</dt>
    <dd>${flow.employee(facts.employeeId)?.name ?? facts.employeeId}</dd>
  </dl>`;
}

// Done ---------------------------------------------------------------------------------------------------------------

function doneView(flow: Flow, language: Language): View {
  const { messages: text } = language;
  const { meeting } = flow.state;
  if (!meeting) return pendingView(flow, text);
  return html`<svg class="tick" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><path d="M4 10.5l4 4 8-9" /></svg>
    <h1 tabindex="-1">${flow.place.moving ? text.movedHeading : text.doneHeading}</h1>
    <div class="card">${factsView(flow, language, meeting)}</div>
    ${calendarActions(flow, text, meeting)}
    <p class="hint">${text.doneHint}</p>
    <div class="actions">
      <button type="button" class="link" @click=${() => flow.showMeetings()}>${text.myMeetings}</button>
      <button type="button" class="link" @click=${() => flow.startAgain()}>${text.bookAnother}</button>
    </div>`;
}

function calendarActions(flow: Flow, text: Messages, meeting: Meeting): TemplateResult {
  const topic = flow.topic(meeting.topicId ?? undefined)?.name ?? text[meeting.type];
  const appointment: Appointment = {
    title: meeting.title || text.meetingWith(topic, flow.employee(meeting.employeeId)?.name ?? meeting.employeeId),
    startDate: meeting.startDate,
    endDate: meeting.endDate,
    location: meeting.videoLink ?? placeText(flow, text, meeting),
  };
  const link = (href: string, label: string) =>
    html`<a class="button" href=${href} target="_blank" rel="noopener noreferrer">${label}<span class="unseen"> ${text.newTab}</span></a>`;
  return html`<div class="actions">
    <button type="button" class="primary" @click=${() => flow.calendarFile(meeting, save)}>${text.downloadFile}</button>
    ${link(googleLink(appointment), text.addToGoogle)} ${link(outlookLink(appointment), text.addToOutlook)}
  </div>`;
}

function save(file: { text: string; name: string }): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([file.text], { type: 'text/calendar' }));
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// My meetings --------------------------------------------------------------------------------------------------------

function meetingsView(flow: Flow, language: Language): TemplateResult {
  const { messages: text } = language;
  const { meetings } = flow.state;
  if (!meetings) return html`<h1 tabindex="-1">${text.meetingsHeading}</h1><div role="status">${pendingView(flow, text)}</div>`;
  const now = new Date().toISOString();
  const ahead = meetings.filter((each) => each.status === 'Confirmed' && each.endDate > now);
  const rest = meetings.filter((each) => !ahead.includes(each)).reverse();
  return html`<h1 tabindex="-1">${text.meetingsHeading}</h1>
    ${ahead.length
      ? html`<ul class="meetings">${ahead.map((each) => meetingView(flow, language, each, true))}</ul>`
      : html`<p>${text.noMeetings}</p><div class="actions"><button type="button" class="primary" @click=${() => flow.startAgain()}>${text.book}</button></div>`}
    ${rest.length
      ? html`<details>
          <summary>${text.olderMeetings}</summary>
          <ul class="meetings">${rest.map((each) => meetingView(flow, language, each, false))}</ul>
        </details>`
      : nothing}`;
}

function meetingView(flow: Flow, language: Language, meeting: Meeting, isAhead: boolean): TemplateResult {
  const { messages: text, tag } = language;
  const which = html`<span class="unseen">: ${times.shortText(meeting.startDate, tag, flow.zone)}</span>`;
  return html`<li class="card" data-meeting=${meeting.id}>
    ${meeting.status === 'Cancelled' ? html`<span class="badge">${text.cancelledBadge}</span>` : nothing}
    ${factsView(flow, language, meeting)}
    ${isAhead
      ? html`<div class="actions">
          <button type="button" @click=${() => flow.move(meeting)}>${text.move}${which}</button>
          <button type="button" @click=${() => flow.calendarFile(meeting, save)}>${text.downloadFile}${which}</button>
          <button type="button" class="danger" @click=${() => flow.askToCancel(meeting)}>${text.cancel}${which}</button>
        </div>`
      : nothing}
  </li>`;
}

function cancelView(flow: Flow, language: Language): View {
  const { messages: text } = language;
  const { meeting, busy } = flow.state;
  if (!meeting) return pendingView(flow, text);
  return html`<h1 tabindex="-1">${text.cancelHeading}</h1>
    <div class="card">${factsView(flow, language, meeting)}</div>
    <p>${text.cancelHint}</p>
    <div class="actions">
      <button type="button" class="danger" @click=${() => busy || flow.cancel()}>${text.cancel}</button>
      <button type="button" @click=${() => flow.showMeetings()}>${text.keep}</button>
    </div>`;
}
