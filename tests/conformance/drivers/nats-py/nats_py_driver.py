"""The NATS client for Python as a program: reads one JSON call per line, answers one JSON line each.

Its calls are those of the NATS client for Go beside it.
"""

import asyncio
import json
import sys

import nats
from nats.js.api import AckPolicy, ConsumerConfig

# How long a test waits for something to come, on a busy machine.
TIMEOUT_S = 30


class Driver:
    def __init__(self):
        self.connection = None
        self.js = None
        # Messages of subscriptions, and of fetches, by their handles.
        self.heard = []
        self.messages = []

    async def connect(self, call):
        self.connection = await nats.connect(
            servers=[f"nats://{call['host']}:{call['port']}"],
            user=call["username"],
            password=call["password"],
            name=call["name"],
            allow_reconnect=False,
        )
        self.js = self.connection.jetstream(timeout=TIMEOUT_S)

    async def subscribe(self, call):
        heard = asyncio.Queue()

        async def hear(message):
            if message.reply and call.get("text"):
                await message.respond((call["text"] + message.data.decode()).encode())
            await heard.put({"subject": message.subject, "text": message.data.decode()})

        await self.connection.subscribe(call["subject"], queue=call.get("group", ""), cb=hear)
        await self.connection.flush(timeout=TIMEOUT_S)
        self.heard.append(heard)
        return len(self.heard) - 1

    async def received(self, call):
        """What a subscription has heard; waits for the first, then takes what is there."""
        heard = self.heard[call["handle"]]
        result = []
        while len(result) < call["count"]:
            result.append(await asyncio.wait_for(heard.get(), TIMEOUT_S))
        while not heard.empty():
            result.append(heard.get_nowait())
        return result

    async def publish(self, call):
        await self.connection.publish(call["subject"], call["text"].encode())
        await self.connection.flush(timeout=TIMEOUT_S)

    async def request(self, call):
        reply = await self.connection.request(
            call["subject"], call["text"].encode(), timeout=TIMEOUT_S
        )
        return reply.data.decode()

    async def store(self, call):
        headers = {"msg-id": call["messageId"]} if call.get("messageId") else None
        ack = await self.js.publish(
            call["subject"], call["text"].encode(), timeout=TIMEOUT_S, headers=headers
        )
        return {"stream": ack.stream, "seq": ack.seq, "duplicate": bool(ack.duplicate)}

    async def createGroup(self, call):
        config = ConsumerConfig(durable_name=call["group"], ack_policy=AckPolicy.EXPLICIT)
        info = await self.js.add_consumer(call["stream"], config)
        return info.name

    async def fetch(self, call):
        puller = await self.js.pull_subscribe_bind(call["group"], call["stream"])
        try:
            batch = await puller.fetch(call["batch"], timeout=call["waitMs"] / 1000)
        except asyncio.TimeoutError:
            batch = []
        result = []
        for message in batch:
            result.append({"handle": len(self.messages), "text": message.data.decode()})
            self.messages.append(message)
        await puller.unsubscribe()
        return result

    async def ack(self, call):
        await self.messages[call["handle"]].ack_sync(timeout=TIMEOUT_S)

    async def nack(self, call):
        await self.messages[call["handle"]].nak()
        await self.connection.flush(timeout=TIMEOUT_S)

    async def streamInfo(self, call):
        info = await self.js.stream_info(call["stream"])
        return {"messages": info.state.messages, "lastSequence": info.state.last_seq}


async def answer(driver, line):
    call = json.loads(line)
    reply = {"id": call["id"]}
    try:
        reply["value"] = await getattr(driver, call["do"])(call)
    except Exception as error:  # the test looks at its text
        reply["error"] = f"{type(error).__name__}: {error}"
    print(json.dumps(reply), flush=True)


async def main():
    driver = Driver()
    running = set()
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        task = asyncio.ensure_future(answer(driver, line))
        running.add(task)
        task.add_done_callback(running.discard)


asyncio.run(main())
