"""What people choose a camera's picture from: the same lists in its settings and where it films."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cameras.models.camera import MAX_FRAME_RATE, Camera

#: A value, and what it is called.
Choice = tuple[str, "str | Promise"]

#: None of the list, but the numbers under "Advanced".
CUSTOM = "custom"

_NARROW = "\u202f"
_TIMES = f"{_NARROW}\N{MULTIPLICATION SIGN}{_NARROW}"
_SIZES = ((320, 240), (640, 480), (1280, 720), (1920, 1080))
_FRAME_RATES = (1, 5, 10, 15, 20, 25, MAX_FRAME_RATE)
_QUALITIES = (
    (0.4, pgettext_lazy("picture quality", "Low")),
    (0.7, pgettext_lazy("picture quality", "Balanced")),
    (0.85, pgettext_lazy("picture quality", "High")),
    (1.0, pgettext_lazy("picture quality", "Best")),
)


class Lists(NamedTuple):
    sizes: list[Choice]
    frame_rates: list[Choice]
    qualities: list[Choice]


def lists() -> Lists:
    return Lists(
        [(f"{width}x{height}", f"{width}{_TIMES}{height}") for width, height in _SIZES],
        [_rate_choice(rate) for rate in _FRAME_RATES],
        [(f"{value:g}", name) for value, name in _QUALITIES],
    )


def _rate_choice(rate: int) -> Choice:
    return str(rate), f"{rate}{_NARROW}fps"


class PictureForm(forms.ModelForm):  # type: ignore[type-arg]
    """Lists in front of the numbers that a camera keeps. What is chosen from a list sets the
    numbers, unless those were changed themselves."""

    resolution = forms.ChoiceField(label=_("Resolution"), required=False)
    quality_level = forms.ChoiceField(label=pgettext_lazy("of pictures", "Quality"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        camera: Camera = self.instance
        offered = lists()
        self._offer("resolution", offered.sizes, f"{camera.width}x{camera.height}")
        self._offer("quality_level", offered.qualities, f"{camera.quality:g}")
        rates = sorted({*_FRAME_RATES, camera.frame_rate})
        self.fields["frame_rate"].widget = forms.Select(choices=[_rate_choice(r) for r in rates])

    @property
    def is_advanced_open(self) -> bool:
        """Whether something under "Advanced" needs to be seen."""
        names = ("width", "height", "quality")
        return CUSTOM in self.initial.values() or any(name in self.errors for name in names)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        size, quality = cleaned.get("resolution"), cleaned.get("quality_level")
        if size and size != CUSTOM and not {"width", "height"} & {*self.changed_data}:
            cleaned["width"], cleaned["height"] = map(int, size.split("x"))
        if quality and quality != CUSTOM and "quality" not in self.changed_data:
            cleaned["quality"] = float(quality)
        return cleaned

    def _offer(self, name: str, choices: list[Choice], current: str) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        is_listed = any(value == current for value, _name in choices)
        custom = [] if is_listed else [(CUSTOM, _("Custom, see Advanced"))]
        field.choices = [*choices, *custom]
        self.initial[name] = current if is_listed else CUSTOM
