"""Reading iCalendar files (RFC 5545) as calendar programs really write them: lines, times, time zones, recurrence."""
