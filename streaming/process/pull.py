"""The pull process: cameras in that the server itself connects to."""

from __future__ import annotations

from streaming.process.node import Node
from streaming.protocol.enums import ChangeKind
from streaming.protocol.notices import Change, Notice
from streaming.publish.pull.pulled import Doors
from streaming.publish.pull.puller import ROLE, Puller
from streaming.tasks import Work


class PullNode(Node):
    """Reads the sources of cameras."""

    role = ROLE

    def __init__(self) -> None:
        super().__init__()
        doors = Doors(self.admission, self.registry, self.backplane.clock.now_ms)
        self._puller = Puller(self.id, self.backplane.store, doors)

    def work(self) -> dict[str, Work]:
        return {**super().work(), **self._puller.work()}

    async def apply(self, notice: Notice) -> None:
        if isinstance(notice, Change) and notice.kind is ChangeKind.ACCESS:
            self._puller.changed()
        await super().apply(notice)
