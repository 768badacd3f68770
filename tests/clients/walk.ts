// Walks the flow with a client that is generated from the description, with its types: `tsc` is the first test of it.
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

const [baseUrl = "", token = ""] = process.argv.slice(2);
const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });

function given<T>(value: T | undefined, error: unknown): T {
  if (value === undefined) throw new Error(JSON.stringify(error));
  return value;
}

const topics = await client.GET("/bookme/meeting-topics", { params: { query: { isCustomer: true } } });
if (!given(topics.data, topics.error).some((topic) => topic.id === "mortgage")) throw new Error("no such topic");

const found = await client.GET("/bookme/time-slots/available", {
  params: {
    query: {
      requireEmployeeParticipation: true,
      topicId: "mortgage",
      customerTypeId: "private",
      meetingTypes: ["Physical"],
      customerLocation: "Copenhagen",
      requireRoom: true,
      lookForwardTime: "P14D",
    },
  },
});
const offers = given(found.data, found.error);
const offer = given(offers[Math.floor(Math.random() * offers.length)], "no time is free");

const held = await client.POST("/bookme/time-slots/reserve", {
  body: {
    timeSlot: {
      startDate: offer.startDate,
      endDate: offer.endDate,
      employeeId: offer.employeeId,
      roomId: offer.roomId ?? null,
    },
    token: crypto.randomUUID(),
  },
});
const slot = given(held.data, held.error);

const made = await client.POST("/bookme/meetings", {
  body: { timeSlotId: slot.id, type: offer.meetingType, topicId: "mortgage", customerId: "67890" },
});
const meeting = given(made.data, made.error);

const file = await client.POST("/bookme/meetings/{meetingId}/ical", {
  params: { path: { meetingId: meeting.id } },
  parseAs: "text",
});
if (!given(file.data, file.error).startsWith("BEGIN:VCALENDAR")) throw new Error("no calendar file");

const cancelled = await client.DELETE("/bookme/meetings/{meetingId}", {
  params: { path: { meetingId: meeting.id } },
});
if (!cancelled.response.ok) throw new Error(JSON.stringify(cancelled.error));
console.log(meeting.status);
