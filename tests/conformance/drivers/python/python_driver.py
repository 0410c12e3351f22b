"""The Python SDK as a program: reads one JSON call per line, answers one JSON line each.

The calls are those of harness/sdk-client.ts; the drivers of the other languages know the same ones.
"""

import asyncio
import json
import sys
from types import SimpleNamespace

from memphis import Headers, Memphis

# What the calls name, per connection.
connections = {}
# Messages by their handle.
messages = []


class Connection:
    def __init__(self, memphis):
        self.memphis = memphis
        self.stations = {}
        self.producers = {}
        self.consumers = {}


def constant(value):
    """The SDK takes enumerations and reads their value; a test may want one that it does not know."""
    return SimpleNamespace(value=value)


def given(call, names):
    """Options of the SDK for those fields that the call has."""
    return {option: call[field] for field, option in names.items() if call.get(field) is not None}


async def connect(call):
    memphis = Memphis()
    options = given(call, {"password": "password", "token": "connection_token"})
    tls = call.get("tls")
    if tls:
        options.update(cert_file=tls["cert"], key_file=tls["key"], ca_file=tls["ca"])
    await memphis.connect(
        host=call["host"],
        port=call["port"],
        username=call["username"],
        reconnect_interval_ms=100,
        max_reconnect=-1,
        **options,
    )
    connections[call["client"]] = Connection(memphis)


async def station(connection, call):
    options = given(
        call,
        {
            "retentionValue": "retention_value",
            "idempotencyWindowMs": "idempotency_window_ms",
            "schema": "schema_name",
            "partitions": "partitions_number",
            "deadLetters": "send_poison_msg_to_dls",
            "schemaDeadLetters": "send_schema_failed_msg_to_dls",
            "deadLetterStation": "dls_station",
        },
    )
    if call.get("retentionType"):
        options["retention_type"] = constant(call["retentionType"])
    if call.get("storageType"):
        options["storage_type"] = constant(call["storageType"])
    connection.stations[call["name"]] = await connection.memphis.station(
        name=call["name"], **options
    )


async def destroy_station(connection, call):
    await connection.stations[call["name"]].destroy()


def producer_key(call):
    return f"{call['station']}/{call['producer']}"


def consumer_key(call):
    return f"{call['station']}/{call['consumer']}"


async def producer(connection, call):
    connection.producers[producer_key(call)] = await connection.memphis.producer(
        station_name=call["station"], producer_name=call["producer"]
    )


async def produce(connection, call):
    headers = Headers()
    for key, value in (call.get("headers") or {}).items():
        headers.add(key, value)
    options = given(
        call,
        {
            "messageId": "msg_id",
            "partition": "producer_partition_number",
            "key": "producer_partition_key",
        },
    )
    await connection.producers[producer_key(call)].produce(
        bytearray(call["text"], "utf-8"), headers=headers, **options
    )


async def produce_many(connection, call):
    made = connection.producers[producer_key(call)]
    await asyncio.gather(
        *(
            made.produce(bytearray(f"m{index}", "utf-8"))
            for index in range(call["count"])
        )
    )


async def destroy_producer(connection, call):
    await connection.producers[producer_key(call)].destroy()


async def consumer(connection, call):
    options = given(
        call,
        {
            "group": "consumer_group",
            "ackTimeoutMs": "max_ack_time_ms",
            "deliveryCountMax": "max_msg_deliveries",
            "startSequence": "start_consume_from_sequence",
            "lastMessages": "last_messages",
            "fetchTimeoutMs": "batch_max_time_to_wait_ms",
        },
    )
    connection.consumers[consumer_key(call)] = await connection.memphis.consumer(
        station_name=call["station"], consumer_name=call["consumer"], **options
    )


async def fetch(connection, call):
    options = given(
        call, {"partition": "consumer_partition_number", "key": "consumer_partition_key"}
    )
    fetched = await connection.consumers[consumer_key(call)].fetch(
        batch_size=call["batch"], **options
    )
    return [received(message) for message in fetched]


def received(message):
    messages.append(message)
    return {
        "handle": len(messages) - 1,
        "text": bytes(message.get_data()).decode("utf-8", "replace"),
        "headers": dict(message.get_headers() or {}),
    }


async def destroy_consumer(connection, call):
    await connection.consumers[consumer_key(call)].destroy()


async def ack(_connection, call):
    await messages[call["handle"]].ack()


async def ack_all(_connection, call):
    # A program that runs for long must not keep what is done.
    for handle in call["handles"]:
        done, messages[handle] = messages[handle], None
        await done.ack()


async def ack_without_await(_connection, call):
    # As on a slide that many have copied: the coroutine is made and thrown away.
    messages[call["handle"]].ack().close()


async def nack(_connection, call):
    await messages[call["handle"]].nack()


async def delay(_connection, call):
    await messages[call["handle"]].delay(call["delayMs"] / 1000)


async def dead_letter(_connection, call):
    await messages[call["handle"]].dead_letter(call["reason"])


async def create_schema(connection, call):
    await connection.memphis.create_schema(call["name"], call["type"], call["path"])


async def enforce_schema(connection, call):
    await connection.memphis.enforce_schema(call["name"], call["station"])


async def detach_schema(connection, call):
    await connection.memphis.detach_schema(call["station"])


async def request(connection, call):
    reply = await connection.memphis.broker_manager.request(
        call["subject"], call["text"].encode("utf-8"), timeout=20
    )
    return reply.data.decode("utf-8")


async def flush(connection, _call):
    await connection.memphis.broker_manager.flush()


async def is_connected(connection, _call):
    return connection.memphis.is_connected()


async def close(connection, _call):
    await connection.memphis.close()


calls = {
    "ack": ack,
    "ackAll": ack_all,
    "ackWithoutAwait": ack_without_await,
    "close": close,
    "consumer": consumer,
    "createSchema": create_schema,
    "deadLetter": dead_letter,
    "delay": delay,
    "destroyConsumer": destroy_consumer,
    "destroyProducer": destroy_producer,
    "destroyStation": destroy_station,
    "detachSchema": detach_schema,
    "enforceSchema": enforce_schema,
    "fetch": fetch,
    "flush": flush,
    "isConnected": is_connected,
    "nack": nack,
    "produce": produce,
    "produceMany": produce_many,
    "producer": producer,
    "request": request,
    "station": station,
}


async def answer(call):
    try:
        if call["do"] == "connect":
            value = await connect(call)
        else:
            value = await calls[call["do"]](connections[call["client"]], call)
        reply = {"id": call["id"], "value": value}
    except Exception as error:  # pylint: disable=broad-except -- every one is an answer
        reply = {"id": call["id"], "error": str(error) or type(error).__name__}
    print(json.dumps(reply), flush=True)


async def main():
    loop = asyncio.get_running_loop()
    # A task that nobody holds may be collected before it is done.
    running = set()
    while True:
        line = await loop.run_in_executor(None, sys.stdin.readline)
        if not line:
            return
        task = asyncio.create_task(answer(json.loads(line)))
        running.add(task)
        task.add_done_callback(running.discard)


asyncio.run(main())
