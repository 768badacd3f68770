"""What the deployment promises, read from template.yaml."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from booking.domain.caller import GROUPS, Scope
from booking.http.api import COMMON_HEADERS
from booking.metrics import Count, Duration
from local.deployment import load_template
from tests.permissions import Access, statements_of
from tests.template.conftest import Resources

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(file.parent.name for file in (ROOT / "functions").glob("*/app.py"))
EVENTS = sorted(file.stem for file in (ROOT / "events").glob("*.json"))
READS_AND_WRITES = {
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
}


def logical_id(folder: str) -> str:
    return "".join(word.capitalize() for word in folder.split("_")) + "Function"


def of_type(resources: Resources, type: str) -> dict[str, Any]:
    return {id: each["Properties"] for id, each in resources.items() if each["Type"] == type}


def functions(resources: Resources) -> dict[str, Any]:
    return of_type(resources, "AWS::Serverless::Function")


def routes(function: Any) -> list[tuple[str, str]]:
    """Method and path of each of a function's API events."""
    events = [event["Properties"] for event in function.get("Events", {}).values() if event["Type"] == "Api"]
    return [(event["Method"], event["Path"]) for event in events]


def statements(function: Any) -> Iterator[dict[str, Any]]:
    for policy in function.get("Policies", []):
        found = policy["Statement"]
        yield from found if isinstance(found, list) else [found]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_every_folder_is_a_function_and_every_function_a_folder(resources: Resources) -> None:
    declared = {id: function["CodeUri"] for id, function in functions(resources).items()}
    assert declared == {logical_id(folder): f"functions/{folder}" for folder in FOLDERS}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_function_has_an_event_and_a_test_of_its_name(folder: str) -> None:
    assert (ROOT / "events" / f"{folder}.json").exists()
    assert list((ROOT / "tests").rglob(f"test_{folder}.py"))


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_endpoint_has_an_event_that_fails(resources: Resources, folder: str) -> None:
    if routes(functions(resources)[logical_id(folder)]):
        longer = [other for other in FOLDERS if other.startswith(f"{folder}_")]
        bad = [event for event in EVENTS if event.startswith(f"{folder}_")]
        assert [event for event in bad if not any(event.startswith(other) for other in longer)]


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_is_for_a_function_and_a_route_that_it_has(resources: Resources, event: str) -> None:
    folder = max((each for each in FOLDERS if event == each or event.startswith(f"{each}_")), key=len)
    sent = json.loads((ROOT / "events" / f"{event}.json").read_text())
    if "httpMethod" in sent:
        assert (sent["httpMethod"], sent["resource"]) in routes(functions(resources)[logical_id(folder)])


def test_no_two_functions_share_a_route(resources: Resources) -> None:
    found = [route for function in functions(resources).values() for route in routes(function)]
    assert len(found) == len(set(found))


def test_every_method_takes_every_scope(resources: Resources) -> None:
    auth = resources["Api"]["Properties"]["Auth"]
    assert set(auth["Authorizers"][auth["DefaultAuthorizer"]]["AuthorizationScopes"]) == set(Scope)
    overrides = [
        id
        for id, function in functions(resources).items()
        for event in function.get("Events", {}).values()
        if event["Type"] == "Api" and "Auth" in event["Properties"]
    ]
    assert overrides == ["GetCalendarFeedFunction", "GetOpenapiFunction"]  # which need no token


def test_the_user_pool_knows_every_scope(resources: Resources) -> None:
    (server,) = of_type(resources, "AWS::Cognito::UserPoolResourceServer").values()
    assert {f"{server['Identifier']}/{scope['ScopeName']}" for scope in server["Scopes"]} == set(Scope)


def test_no_client_takes_a_password(resources: Resources) -> None:
    for client in of_type(resources, "AWS::Cognito::UserPoolClient").values():
        is_machine = client["AllowedOAuthFlows"] == ["client_credentials"]
        assert is_machine or client["AllowedOAuthFlows"] == ["code"]
        assert client["GenerateSecret"] is is_machine
        assert client["ExplicitAuthFlows"] == ["ALLOW_REFRESH_TOKEN_AUTH" if is_machine else "ALLOW_USER_SRP_AUTH"]


def test_every_tokens_lifetime_is_set_and_a_persons_refresh_token_is_good_for_one_use(resources: Resources) -> None:
    for client in of_type(resources, "AWS::Cognito::UserPoolClient").values():
        assert client["TokenValidityUnits"]["AccessToken"] == "minutes"
        assert client["AccessTokenValidity"] <= 60
        if client["AllowedOAuthFlows"] == ["code"]:
            assert client["AccessTokenValidity"] <= 15
            # The emulator has no rotation, so that a used refresh token is refused can only be seen in AWS.
            assert client["RefreshTokenRotation"] == {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10}
            assert client["EnableTokenRevocation"] is True
            assert client["RefreshTokenValidity"] <= 12
            assert client["TokenValidityUnits"]["RefreshToken"] == "hours"


def test_people_need_a_second_factor_unless_a_parameter_says_otherwise(resources: Resources) -> None:
    assert load_template()["Parameters"]["Mfa"]["Default"] == "ON"
    assert resources["UserPool"]["Properties"]["MfaConfiguration"] == {"Ref": "Mfa"}


def test_each_scope_that_a_person_needs_a_group_for_has_that_group(resources: Resources) -> None:
    groups = of_type(resources, "AWS::Cognito::UserPoolGroup").values()
    assert {group["GroupName"] for group in groups} == set(GROUPS.values())


def test_every_permission_is_a_single_action(resources: Resources) -> None:
    for id, function in functions(resources).items():
        for statement in statements(function):
            for action in as_list(statement["Action"]):
                assert re.fullmatch(r"[a-z]+:[A-Za-z]+", action), f"{id}: {action}"


SENDS_TO_ANYBODY = ("ses:SendEmail", "sns:Publish")
"""Addresses and numbers are no resources of a stack."""


def test_every_permission_is_for_something_of_this_stack(resources: Resources) -> None:
    for id, function in functions(resources).items():
        for statement in statements(function):
            if as_list(statement["Action"])[0] in SENDS_TO_ANYBODY:
                continue
            for resource in as_list(statement["Resource"]):
                ((form, target),) = resource.items()
                assert form in ("Fn::GetAtt", "Fn::Sub"), f"{id}: {resource}"
                named = (
                    {str(target).split(".")[0]} if form == "Fn::GetAtt" else set(re.findall(r"\$\{(\w+)[.}]", target))
                )
                assert named, f"{id}: {resource}"
                assert named <= set(resources), f"{id}: {resource}"


def test_every_permission_on_the_table_names_kinds_of_items(resources: Resources) -> None:
    for id, function in functions(resources).items():
        for statement in statements(function):
            if any(
                "Table.Arn" in str(each) and "Idempotency" not in str(each)
                for each in as_list(statement.get("Resource"))
            ):
                patterns = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
                assert patterns, id
                assert "*" not in patterns, id


def test_a_call_on_several_items_finds_all_of_them_in_one_statement(resources: Resources) -> None:
    """IAM sees the keys of a batch together, and every key must match the statement that allows the call."""
    on_one_item = {"dynamodb:GetItem", "dynamodb:Query"}
    for id, function in functions(resources).items():
        actions = [
            action
            for statement in statements(function)
            if statement.get("Resource") == {"Fn::GetAtt": "Table.Arn"}
            for action in as_list(statement["Action"])
            if action not in on_one_item
        ]
        assert len(actions) == len(set(actions)), id


@pytest.mark.parametrize(
    "folder",
    [
        "list_meeting_topics",
        "list_customer_types",
        "list_employees",
        "list_rooms",
        "list_configuration",
        "get_configuration",
        "get_organisation",
    ],
)
def test_functions_that_list_configuration_can_read_nothing_else(folder: str) -> None:
    assert {pattern for each in statements_of(folder) for pattern in each.partitions} == {"CONFIG"}


def test_the_function_of_tools_may_do_what_the_functions_of_their_routes_may() -> None:
    source = (ROOT / "functions" / "call_tool" / "app.py").read_text()
    tools = re.findall(r"(\w+)\.api\)", source)
    needed = {
        Access(each.action, each.resource, partition)
        for tool in tools
        for each in statements_of(tool)
        for partition in each.partitions or ("*",)
    }

    assert len(tools) == 6
    assert [access for access in needed if not any(each.allows(access) for each in statements_of("call_tool"))] == []


def test_the_table_is_read_and_written_item_by_item_and_never_scanned(resources: Resources) -> None:
    for id, function in functions(resources).items():
        for statement in statements(function):
            actions = {action for action in as_list(statement["Action"]) if action.startswith("dynamodb:")}
            assert actions <= READS_AND_WRITES, id


@pytest.mark.parametrize("verb", ["get", "list", "explain", "download"])
def test_functions_that_only_read_cannot_write_to_the_table(resources: Resources, verb: str) -> None:
    for folder in FOLDERS:
        if folder.startswith(f"{verb}_"):
            for statement in statements(functions(resources)[logical_id(folder)]):
                if "IdempotencyTable" not in str(statement["Resource"]):
                    reads = {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"}
                    assert set(as_list(statement["Action"])) <= reads, folder


def test_the_gateways_own_errors_have_the_one_shape_and_may_be_read_by_any_page(resources: Resources) -> None:
    for kind, response in resources["Api"]["Properties"]["GatewayResponses"].items():
        ((media_type, body),) = response["ResponseTemplates"].items()
        assert media_type == "application/json"
        assert set(json.loads(body)) == {"code", "message", "details", "requestId"}, kind
        assert json.loads(body)["requestId"] == "$context.requestId"
        headers = response["ResponseParameters"]["Headers"]
        assert headers["Access-Control-Allow-Origin"] == {"Fn::Sub": "'${AllowedOrigin}'"}
        for name in ("Cache-Control", "Strict-Transport-Security", "X-Content-Type-Options"):
            assert headers[name] == f"'{COMMON_HEADERS[name]}'", kind
        if response.get("StatusCode") in (429, 503):
            assert headers["Retry-After"].strip("'").isdecimal(), kind
            assert headers["Access-Control-Expose-Headers"] == "'Retry-After'"


def test_a_throttled_request_is_a_429(resources: Resources) -> None:
    responses = resources["Api"]["Properties"]["GatewayResponses"]
    assert {kind for kind, each in responses.items() if each.get("StatusCode") == 429} == {
        "THROTTLED",
        "QUOTA_EXCEEDED",
        "WAF_FILTERED",
    }


def test_each_address_and_each_token_can_be_limited(resources: Resources) -> None:
    assert load_template()["Parameters"]["RateLimits"]["Default"] == "off"
    acl = resources["WebAcl"]
    assert acl["Condition"] == resources["WebAclAssociation"]["Condition"] == "HasRateLimits"
    limited = [rule["Statement"]["RateBasedStatement"] for rule in acl["Properties"]["Rules"]]
    assert [each["AggregateKeyType"] for each in limited] == ["IP", "CUSTOM_KEYS"]
    assert limited[1]["CustomKeys"][0]["Header"]["Name"] == "authorization"


@pytest.mark.parametrize(
    ("function", "parameter"),
    [
        ("ListAvailableTimeSlotsFunction", "SearchConcurrency"),
        ("ExplainTimeSlotsFunction", "SearchConcurrency"),
        ("ReserveTimeSlotFunction", "BookingConcurrency"),
        ("CreateMeetingFunction", "BookingConcurrency"),
    ],
)
def test_searches_can_be_kept_from_starving_bookings(resources: Resources, function: str, parameter: str) -> None:
    reserved = functions(resources)[function]["ReservedConcurrentExecutions"]
    assert reserved["Fn::If"][1] == {"Ref": parameter}
    assert load_template()["Parameters"][parameter]["Default"] == 0


def test_logs_are_kept_for_a_while_and_not_for_ever(resources: Resources) -> None:
    groups = of_type(resources, "AWS::Logs::LogGroup")
    assert {"FunctionLogs", "AccessLogs"} <= set(groups)
    assert all(group["RetentionInDays"] <= 90 for group in groups.values())


def test_access_logs_hold_nothing_about_a_person(resources: Resources) -> None:
    logged = resources["Api"]["Properties"]["AccessLogSetting"]["Format"]
    allowed = {
        "$context.requestId",
        "$context.requestTime",
        "$context.httpMethod",
        "$context.resourcePath",
        "$context.status",
        "$context.responseLatency",
        "$context.error.responseType",
        "$context.authorizer.claims.client_id",
        "$context.authorizer.claims.sub",
    }
    assert set(re.findall(r"\$context[.\w]+", logged)) == allowed
    assert json.loads(logged)


def watched(alarm: dict[str, Any]) -> tuple[str, str]:
    return str(alarm["Namespace"]), alarm["MetricName"]


def test_every_silent_failure_has_an_alarm_that_sends_an_e_mail(resources: Resources) -> None:
    alarms = of_type(resources, "AWS::CloudWatch::Alarm").values()
    own = str({"Ref": "AWS::StackName"})
    assert {
        ("AWS/ApiGateway", "5XXError"),
        ("AWS/ApiGateway", "Latency"),
        ("AWS/Lambda", "Throttles"),
        ("AWS/Lambda", "IteratorAge"),
        ("AWS/Lambda", "Invocations"),  # of the schedule
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
        ("AWS/DynamoDB", "ReadThrottleEvents"),
        ("AWS/DynamoDB", "WriteThrottleEvents"),
        (own, "RetentionCompleted"),
        (own, "Conflicts"),
    } <= set(map(watched, alarms))
    for alarm in alarms:
        assert alarm["AlarmActions"]["Fn::If"][:2] == ["HasAlarmEmail", [{"Ref": "AlarmTopic"}]]


@pytest.mark.parametrize("alarm", ["ServerErrorAlarm", "ConflictRateAlarm"])
def test_failures_and_conflicts_raise_an_alarm_by_their_rate(resources: Resources, alarm: str) -> None:
    properties = resources[alarm]["Properties"]
    assert properties["Statistic"] == "Average"
    assert properties["Threshold"] < 1


def test_our_own_metrics_in_alarms_and_on_the_dashboard_are_ones_that_the_functions_write(resources: Resources) -> None:
    names = {str(name) for name in (*Count, *Duration)}
    own = str({"Ref": "AWS::StackName"})
    alarms = of_type(resources, "AWS::CloudWatch::Alarm").values()
    assert {name for namespace, name in map(watched, alarms) if namespace == own} <= names
    board = json.loads(resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    shown = [metric for widget in board["widgets"] for metric in widget["properties"].get("metrics", [])]
    namespace = ""
    for metric in shown:
        first, *rest = metric
        namespace = first if isinstance(first, str) and first not in (".", "...") else namespace
        if namespace == "${AWS::StackName}" and isinstance(first, str) and first != "...":
            assert rest[0] in names


def test_the_dashboard_asks_what_an_operator_asks(resources: Resources) -> None:
    board = json.loads(resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    titles = " ".join(widget["properties"]["title"] for widget in board["widgets"])
    questions = ("Are customers booking?", "Are they refused?", "Why?", "Is anything late?", "Usage per client")
    for question in (*questions, "Do customers get their messages?"):
        assert question in titles


def test_every_alarm_is_explained_and_every_explained_alarm_is_there(resources: Resources) -> None:
    explained = re.findall(r"^### (\w+Alarm)$", (ROOT / "docs" / "operate.md").read_text(), re.MULTILINE)
    assert sorted(explained) == sorted(of_type(resources, "AWS::CloudWatch::Alarm"))


def test_the_gateway_is_throttled_and_traced(resources: Resources) -> None:
    api = resources["Api"]["Properties"]
    assert api["TracingEnabled"] is True
    (settings,) = api["MethodSettings"]
    assert settings["ResourcePath"] == "/*"
    assert settings["ThrottlingRateLimit"] > 0


@pytest.mark.parametrize(("name", "expires"), [("Table", "ttl"), ("IdempotencyTable", "expiration")])
def test_each_table_can_be_restored_and_is_protected_when_asked(resources: Resources, name: str, expires: str) -> None:
    table = resources[name]["Properties"]
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"]["Fn::If"][2] == {"SSEEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": expires, "Enabled": True}
    assert table["DeletionProtectionEnabled"] == {"Fn::If": ["IsProtected", True, False]}


def test_one_parameter_puts_tables_logs_and_queues_under_the_stacks_own_key(resources: Resources) -> None:
    assert load_template()["Parameters"]["CustomerManagedKey"]["Default"] == "off"
    for table in of_type(resources, "AWS::DynamoDB::Table").values():
        assert table["SSESpecification"]["Fn::If"][:2] == [
            "HasKey",
            {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": {"Fn::GetAtt": "Key.Arn"}},
        ]
    for queue in of_type(resources, "AWS::SQS::Queue").values():
        assert queue["KmsMasterKeyId"]["Fn::If"][:2] == ["HasKey", {"Ref": "Key"}]
        assert queue["SqsManagedSseEnabled"]["Fn::If"][::2] == ["HasKey", True]
    for logs in of_type(resources, "AWS::Logs::LogGroup").values():
        assert logs["KmsKeyId"]["Fn::If"][:2] == ["HasKey", {"Fn::GetAtt": "Key.Arn"}]


def test_a_new_version_is_taken_back_when_requests_fail_if_that_is_asked_for(resources: Resources) -> None:
    assert load_template()["Parameters"]["GradualDeployment"]["Default"] == "false"
    gradual = [each for each in functions(resources).values() if "DeploymentPreference" in each]
    assert gradual == [each for each in functions(resources).values() if "AutoPublishAlias" in each]
    for function in gradual:
        assert function["DeploymentPreference"]["Enabled"] == {"Ref": "GradualDeployment"}
        assert function["DeploymentPreference"]["Alarms"] == [{"Ref": "DeploymentAlarm"}]


def test_a_domain_of_ones_own_needs_a_name_and_a_certificate_only(resources: Resources) -> None:
    assert {resources[name]["Condition"] for name in ("Domain", "DomainMapping")} == {"HasDomain"}


def test_every_library_of_the_layer_has_the_hashes_that_were_tested() -> None:
    def pinned(file: Path) -> dict[str, set[str]]:
        entries = re.findall(r"^([a-z0-9-]+==\S+)(.*?)(?=^[a-z0-9-]+==|\Z)", file.read_text(), re.MULTILINE | re.DOTALL)
        return {name: set(re.findall(r"--hash=(sha256:[0-9a-f]{64})", rest)) for name, rest in entries}

    tested = pinned(ROOT / "requirements.lock")
    layer = pinned(ROOT / "layers" / "booking" / "requirements.txt")
    assert len(layer) > 10
    own = [pinned(file) for file in (ROOT / "functions").glob("*/requirements.txt")]
    for name, hashes in [(name, hashes) for each in (layer, *own) for name, hashes in each.items()]:
        assert hashes, name
        assert hashes <= tested[name], name


def test_a_function_has_no_libraries_of_its_own_but_what_no_other_one_needs() -> None:
    allowed, own = {"app.py", "openapi.json", "tools.json"}, {"send_messages": {"requirements.txt"}}
    for folder in FOLDERS:
        files = [file for file in (ROOT / "functions" / folder).iterdir() if file.is_file()]
        named = {file.name for file in files if file.resolve().name != "app.py"}
        assert named <= allowed | own.get(folder, set())


def test_the_pages_are_off_unless_asked_for_and_only_the_distribution_reads_their_bucket(
    resources: Resources,
) -> None:
    parts = {id: each for id, each in resources.items() if id.startswith("Pages")}
    assert {each["Condition"] for each in parts.values()} == {"HasPages"}
    assert all(resources["PagesBucket"]["Properties"]["PublicAccessBlockConfiguration"].values())
    allowed = [
        statement
        for statement in resources["PagesBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]
    assert [(each["Principal"], each["Action"]) for each in allowed] == [
        ({"Service": "cloudfront.amazonaws.com"}, "s3:GetObject")
    ]
    headers = resources["PagesHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    policy = str(headers["ContentSecurityPolicy"]["ContentSecurityPolicy"])
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_no_record_of_the_stream_stops_the_others_for_ever(resources: Resources) -> None:
    streams = [
        event["Properties"]
        for function in functions(resources).values()
        for event in function.get("Events", {}).values()
        if event["Type"] == "DynamoDB"
    ]
    assert len(streams) == 2  # the most that may read a DynamoDB stream; others listen to the event bus
    for stream in streams:
        assert stream["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert stream["BisectBatchOnFunctionError"] is True
        assert 0 < stream["MaximumRecordAgeInSeconds"] < 24 * 3600
        assert stream["MaximumRetryAttempts"] > 0
        assert stream["DestinationConfig"]["OnFailure"]["Type"] == "SQS"


@pytest.mark.parametrize("event", ["send_messages_bounce", "send_messages_complaint"])
def test_the_events_of_ses_about_e_mails_reach_the_message_queue(resources: Resources, event: str) -> None:
    [record] = json.loads((ROOT / "events" / f"{event}.json").read_text())["Records"]
    told = json.loads(record["body"])
    rule = resources["MailFeedbackRule"]["Properties"]
    pattern = rule["EventPattern"]

    assert told["source"] in pattern["source"]
    assert told["detail-type"] in pattern["detail-type"]
    assert pattern["detail"]["mail"]["tags"] == {"ses:configuration-set": [{"Ref": "MailConfiguration"}]}
    assert rule["Targets"] == [{"Id": "messages", "Arn": {"Fn::GetAtt": "MessageQueue.Arn"}}]
    destination = resources["MailFeedback"]["Properties"]
    assert destination["ConfigurationSetName"] == {"Ref": "MailConfiguration"}
    assert told["detail"]["eventType"].lower() in destination["EventDestination"]["MatchingEventTypes"]
    sender = resources["SendMessagesFunction"]["Properties"]["Environment"]["Variables"]
    assert {"Ref": "MailConfiguration"} in sender["CONFIGURATION_SET"]["Fn::If"]
