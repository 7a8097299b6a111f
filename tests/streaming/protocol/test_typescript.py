from __future__ import annotations

from streaming.protocol.typescript import declarations


def test_typescript_tells_messages_apart_by_their_type():
    text = declarations()
    assert 'export interface Bye {\n  type: "bye";\n}' in text
    assert "export type ToViewer = ViewerWelcome | CameraState | Cameras | " in text
    assert "  session: number | null;" in text
    assert "  ice_servers: IceServer[];" in text
    assert "  by?: string;" in text
    assert '  /** the camera said `bye` */\n  | "stopped"' in text
    assert "Record<" not in text
    assert 'paused?: "hidden" | ' in text
    assert 'codecs: ("h264" | "vp8")[];' in text
    assert "unknown;" not in text
