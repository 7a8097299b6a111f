"""The least that can take frames in with aiortc: it counts messages, and does nothing else.

    python -m benchmarks.peers.bare_ingest PORT

Offers come over a WebSocket, as in docs/protocol.md.
"""

from __future__ import annotations

import asyncio
import json
import sys

import uvloop
from aiortc import RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCSessionDescription
from websockets.asyncio.server import ServerConnection, serve


class Receiver:
    def __init__(self) -> None:
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.connection.on("datachannel", self._adopt)
        self._control: RTCDataChannel | None = None
        self._frames = 0

    async def answer(self, sdp: str) -> str:
        await self.connection.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        return self.connection.localDescription.sdp

    async def report(self) -> None:
        while True:
            await asyncio.sleep(1)
            if self._control is not None:
                self._control.send(json.dumps({"type": "received", "frames": self._frames}))

    def _adopt(self, channel: RTCDataChannel) -> None:
        if channel.label == "frames":
            channel.on("message", self._count)
        else:
            self._control = channel

    def _count(self, message: bytes) -> None:
        self._frames += 1


async def _take_in(socket: ServerConnection) -> None:
    receiver = Receiver()
    reporting = asyncio.create_task(receiver.report())
    await socket.recv()  # Its key: anybody may send.
    await socket.send(json.dumps({"type": "welcome"}))
    offer = json.loads(await socket.recv())
    answer = {"type": "answer", "sdp": await receiver.answer(offer["sdp"]), "session": 1}
    await socket.send(json.dumps(answer))
    await socket.wait_closed()
    reporting.cancel()
    await receiver.connection.close()


async def _main(port: int) -> None:
    async with serve(_take_in, "127.0.0.1", port):
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as _runner:
        _runner.run(_main(int(sys.argv[1])))
