"""What only phones have: two sides, a light, a zoom, and people who turn them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from playwright.async_api import BrowserContext, Dialog, Page, expect

from tests.e2e.pages import film, watch

WITHIN_MS = 9_000

#: A camera on either side; the one on the back has a light and a zoom.
TWO_SIDES = """
  self.asked = [];
  self.applied = [];
  const media = navigator.mediaDevices;
  const open = media.getUserMedia.bind(media);
  media.getUserMedia = async (wish) => {
    const facing = wish.video.facingMode?.ideal ?? "environment";
    asked.push(facing);
    const stream = await open({ video: true });
    const [track] = stream.getVideoTracks();
    const settings = track.getSettings.bind(track);
    track.getSettings = () => ({ ...settings(), facingMode: facing });
    track.getCapabilities = () =>
      facing === "user" ? {} : { torch: true, zoom: { min: 1, max: 8, step: 0.5 } };
    track.applyConstraints = async ({ advanced }) => void (advanced && applied.push(...advanced));
    return stream;
  };
  const list = media.enumerateDevices.bind(media);
  media.enumerateDevices = async () => {
    const [camera] = (await list()).filter(({ kind }) => kind === "videoinput");
    return camera ? [camera, camera] : [];
  };
"""

#: A camera whose pictures are upright until the phone is turned.
UPRIGHT = """
  const canvas = document.createElement("canvas");
  self.turn = (width, height) => Object.assign(canvas, { width, height });
  turn(480, 640);
  const pen = canvas.getContext("2d");
  const draw = () => {
    pen.fillStyle = `hsl(${performance.now() % 360} 50% 50%)`;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    requestAnimationFrame(draw);
  };
  draw();
  navigator.mediaDevices.getUserMedia = async () => {
    const stream = canvas.captureStream(30);
    // A phone turns the size asked with itself; a canvas would be cropped to it.
    stream.getVideoTracks()[0].applyConstraints = async () => {};
    return stream;
  };
"""

#: A camera whose frames are not turned themselves, but say that they are to be.
TO_BE_TURNED = """
  delete self.MediaStreamTrackProcessor;
  self.rotation = 0;
  self.VideoFrame = class extends VideoFrame {
    constructor(source, init) {
      super(source, { ...init, rotation: self.rotation });
    }
  };
"""


async def phone(owner: BrowserContext, script: str) -> Page:
    await owner.add_init_script(script)
    return await film(owner)


async def accept(dialog: Dialog, asking: list[str]) -> None:
    asking.append(dialog.type)
    await dialog.accept()


async def asked(page: Page) -> Sequence[str]:
    facings: list[str] = await page.evaluate("asked")
    return facings


async def test_the_switch_turns_the_phone_around_and_the_choice_stays(
    owner: BrowserContext,
) -> None:
    page = await phone(owner, TWO_SIDES)
    await page.get_by_role("button", name="Other camera").click()
    await page.wait_for_function("asked.length === 2")
    assert await asked(page) == ["environment", "user"]
    await expect(page.locator(".capture")).to_have_attribute("data-state", "live")
    # It asks; and as it was live, it is again, by itself, and says so.
    asking: list[str] = []
    page.once("dialog", lambda dialog: accept(dialog, asking))
    await page.reload()
    assert asking == ["beforeunload"]
    await expect(page.locator(".capture")).to_have_attribute("data-state", "live")
    await expect(page.locator("[data-part=hint]")).to_contain_text("so it went live again")
    assert await asked(page) == ["user"]
    await page.get_by_role("button", name="Stop").click()
    await expect(page.locator("[data-part=hint]")).to_contain_text("You stopped filming")
    await page.reload()
    await page.wait_for_function("asked.length === 1")
    await expect(page.locator(".capture")).to_have_attribute("data-state", "ready")


async def test_light_and_zoom_are_there_where_the_camera_has_them(owner: BrowserContext) -> None:
    page = await phone(owner, TWO_SIDES)
    light = page.get_by_role("button", name="Light")
    zoom = page.get_by_role("slider", name="Zoom")
    await light.click()
    await zoom.fill("2.5")
    await page.wait_for_function("applied.at(-1)?.zoom === 2.5")
    last: Mapping[str, Any] = await page.evaluate("applied.at(-1)")
    assert last == {"torch": True, "zoom": 2.5}
    await page.get_by_role("button", name="Other camera").click()
    await expect(light).to_be_hidden()
    await expect(zoom).to_be_hidden()


async def test_a_turned_phone_sends_turned_pictures(owner: BrowserContext) -> None:
    page = await phone(owner, UPRIGHT)
    viewer = await watch(owner)
    # Only the tab in front repaints, and so films.
    await page.bring_to_front()
    # The camera is asked for 640x480, so upright it is 480x640.
    await shows(viewer, 480, 640)
    await page.evaluate("turn(640, 480)")
    await shows(viewer, 640, 480)


async def test_frames_that_are_to_be_turned_are_turned(owner: BrowserContext) -> None:
    page = await phone(owner, TO_BE_TURNED)
    viewer = await watch(owner)
    await page.bring_to_front()
    await shows(viewer, 640, 480)
    await page.evaluate("rotation = 90")
    await shows(viewer, 480, 640)
    await expect(viewer.locator(".tile")).to_have_attribute("data-kind", "H.264")


async def shows(viewer: Page, width: int, height: int) -> None:
    shape = "([width, height]) => { const canvas = document.querySelector('.tile canvas');"
    shape += " return canvas.width === width && canvas.height === height; }"
    await viewer.wait_for_function(shape, arg=[width, height], polling=100, timeout=WITHIN_MS)
