"""The booking flow of the API's documentation, as shell lines to paste."""

from local.sign_in import Stack


def walkthrough(stack: Stack, token: str) -> str:
    """Shell lines (bash, curl, python3) that book a meeting from the first call to the calendar file."""
    partner = stack["clients"]["partner"]
    return f"""\
API={stack["apiUrl"]}
TOKEN={token}
# In an hour, a new one:
#   curl -s {stack["tokenUrl"]} -u {partner["clientId"]}:{partner["clientSecret"]} -d grant_type=client_credentials

call() {{ curl -sS -H "Authorization: Bearer $TOKEN" "$@"; echo; }}
field() {{ python3 -c 'import json, sys; value = json.load(sys.stdin)
for name in sys.argv[1:]: value = value[int(name) if name.isdigit() else name]
print(value)' "$@"; }}

# 1. What can be booked: topics, customer types, employees, rooms
call "$API/bookme/meeting-topics?isCustomer=true&customerCategoryId=private"
call "$API/config/customer-types"
call "$API/config/employees"
call "$API/config/rooms"

# 2. Available time slots, for a meeting about a mortgage in Copenhagen
SLOTS=$(call -G "$API/bookme/time-slots/available" -d requireEmployeeParticipation=false -d theme=mortgage \\
  -d customerCategoryId=private -d meetingTypes=physical -d customerLocation=Copenhagen -d requireRoom=true \\
  -d lookForwardTime=P14D)
EMPLOYEE=$(field 0 employeeId <<<"$SLOTS"); ROOM=$(field 0 roomId <<<"$SLOTS")
START=$(field 0 startDate <<<"$SLOTS"); END=$(field 0 endDate <<<"$SLOTS")
echo "The first: $START, employee $EMPLOYEE, room $ROOM"

# 3. Reserve it for five minutes
SLOT=$(call "$API/bookme/time-slots/reserve" -H 'Content-Type: application/json' -d @- <<JSON
{{"timeSlot": {{"startDate": "$START", "endDate": "$END", "status": "Reserved", "employeeId": "$EMPLOYEE",
  "roomId": "$ROOM"}}, "token": "basket-$RANDOM-$RANDOM"}}
JSON
)
echo "$SLOT"

# 4. Create the meeting
MEETING=$(call "$API/bookme/meetings" -H 'Content-Type: application/json' -d @- <<JSON
{{"bookedBy": "customer", "customerCategoryId": "private", "timeSlotId": "$(field id <<<"$SLOT")", "type": "physical",
  "themeId": "mortgage", "roomId": "$ROOM", "employeeId": "$EMPLOYEE", "customerId": "customer-$RANDOM",
  "description": "Our first home"}}
JSON
)
echo "$MEETING"

# 5. Download it as a calendar file
call -X POST "$API/bookme/meetings/$(field id <<<"$MEETING")/ical" -H 'Accept: text/calendar'
"""
