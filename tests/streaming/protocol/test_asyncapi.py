from __future__ import annotations

import json

import jsonschema
import pytest

from streaming.protocol import asyncapi, schema

SERVERS = {"publish": "wss://one.example:8443", "watch": "ws://two.example"}


@pytest.fixture(scope="module")
def document():
    return asyncapi.document(SERVERS)


def references(part):
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def find(document, reference):
    place = document
    for name in reference.removeprefix("#/").split("/"):
        place = place[name]
    return place


def test_it_is_of_version_three_and_has_only_the_fields_of_the_specification(document):
    assert document["asyncapi"] == "3.0.0"
    assert document.keys() == {
        "asyncapi",
        "info",
        "defaultContentType",
        "servers",
        "channels",
        "operations",
        "components",
    }
    assert document["info"].keys() >= {"title", "version"}
    for channel in document["channels"].values():
        assert channel.keys() <= {"address", "description", "messages", "parameters", "servers"}
    for operation in document["operations"].values():
        assert operation.keys() - {"reply"} == {"action", "channel", "messages"}
        assert operation.get("reply", {}).keys() <= {"channel", "messages"}
        assert operation["action"] in ("send", "receive")
    for message in document["components"]["messages"].values():
        assert message.keys() == {"name", "title", "summary", "contentType", "payload"}


def test_every_reference_leads_somewhere(document):
    found = list(references(document))
    assert len(found) > 100
    assert all(find(document, reference) for reference in found)


def test_both_sockets_and_both_data_channels_are_there(document):
    assert {name: of["address"] for name, of in document["channels"].items()} == {
        "publish": "/ws/publish/{slug}/",
        "control": None,
        "frames": None,
        "watch": "/ws/watch/",
    }
    assert document["channels"]["publish"]["parameters"].keys() == {"slug"}


@pytest.mark.parametrize(
    ("operation", "direction", "has_frames"),
    [
        ("receivePublish", "PublishFromCamera", True),
        ("sendPublish", "PublishToCamera", False),
        ("receiveControl", "ControlFromCamera", False),
        ("sendControl", "ControlToCamera", False),
        ("receiveWatch", "FromViewer", False),
        ("sendWatch", "ToViewer", True),
    ],
)
def test_every_message_is_said_where_it_belongs(document, operation, direction, has_frames):
    found = [of for name, of in document["operations"].items() if name.startswith(operation)]
    said = [ref["$ref"] for of in found for ref in of["messages"]]
    [channel] = {of["channel"]["$ref"] for of in found}
    names = [message.__name__ for message in schema.messages(direction)]
    names += ["Frame"] if has_frames else []
    assert sorted(said) == sorted(f"{channel}/messages/{name}" for name in names)


def test_what_is_answered_says_by_what(document):
    reply = document["operations"]["receivePublishOffer"]["reply"]
    assert reply["channel"] == {"$ref": "#/channels/publish"}
    messages = [ref["$ref"].rpartition("/")[2] for ref in reply["messages"]]
    assert messages == ["Answer", "PublishError"]


def test_frames_come_and_do_not_go_by_their_data_channel(document):
    assert document["operations"]["receiveFrames"]["messages"]
    assert "sendFrames" not in document["operations"]


@pytest.mark.parametrize("socket", ["publish", "watch"])
def test_a_socket_says_who_may_open_it_and_how_it_closes(document, socket):
    description = document["channels"][socket]["description"]
    for word in ("`Origin`", "session cookie", "4400", "4403"):
        assert word in description


def test_data_channels_say_who_makes_them(document):
    for name in "control", "frames":
        description = document["channels"][name]["description"]
        assert "made by the camera before its `offer` on `publish`" in description
        assert f"`{name}`" in description


def test_each_socket_names_its_server(document):
    assert document["servers"] == {
        "publish": {"host": "one.example:8443", "protocol": "wss"},
        "watch": {"host": "two.example", "protocol": "ws"},
    }
    for name in SERVERS:
        assert document["channels"][name]["servers"] == [{"$ref": f"#/servers/{name}"}]


def test_its_schemas_are_schemas_and_read_messages(document):
    jsonschema.Draft202012Validator.check_schema(document["components"]["schemas"])
    said = {"$ref": "#/components/schemas/FromViewer", "components": document["components"]}
    read = jsonschema.Draft202012Validator(said)
    assert read.is_valid({"type": "ping", "time": 1})
    assert not read.is_valid({"type": "ping"})
    assert json.loads(json.dumps(document)) == document
