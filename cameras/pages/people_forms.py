"""Forms of accounts, of people and of groups of them."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cameras import access
from cameras.models import Camera, CameraGroup, Grant, PersonInvitation, Role
from cameras.naming import in_natural_order, validate_line
from cameras.users import NAME_FIELD, User


def _password_field() -> forms.CharField:
    # Shown by choice rather than typed twice: that is what browsers offer for it.
    return forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 8 characters, and not a common password."),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )


class NewAccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """How somebody new wants to be called here, and a password."""

    password = _password_field()

    class Meta:
        model = User
        fields = (NAME_FIELD,)
        # As at sign-in, which takes look-alikes of a letter for the letter.
        field_classes: ClassVar = {NAME_FIELD: UsernameField}

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        name = self.fields[NAME_FIELD]
        name.label, name.help_text = _("User name"), _("You sign in with it.")
        name.widget.attrs |= {"autocomplete": "username", "autocapitalize": "none"}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        name = cleaned.get(NAME_FIELD)
        if name and _is_taken(name):
            self.add_error(NAME_FIELD, _("This name is taken. Choose another one."))
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        _check_password(self, self.instance)

    def user(self) -> User:
        """The account with its password, not saved yet. Raises passwords.Busy."""
        user: User = self.instance
        user.set_password(self.cleaned_data["password"])
        return user


def _is_taken(name: str) -> bool:
    """By a person, or by a group of people, with whom others share by its name."""
    people = User._default_manager.filter(**{f"{NAME_FIELD}__iexact": name})
    return people.exists() or Group.objects.filter(name__iexact=name).exists()


class NewPasswordForm(forms.Form):
    password = _password_field()

    def __init__(self, person: User, data: Any = None) -> None:
        super().__init__(data)
        self._person = person

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        _check_password(self, self._person)

    def hashed(self) -> str:
        """What is kept of it. Raises passwords.Busy."""
        self._person.set_password(self.cleaned_data["password"])
        return self._person.password


def _check_password(form: Any, person: User) -> None:
    """With what is known of the person: names make bad passwords."""
    if password := form.cleaned_data.get("password"):
        try:
            validate_password(password, person)
        except ValidationError as error:
            form.add_error("password", error)


class _What(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    widget = forms.CheckboxSelectMultiple


class NewPersonForm(forms.Form):
    """Somebody new: what they are called, and what they may do."""

    name = forms.CharField(
        label=_("Who is it for?"),
        max_length=PersonInvitation.MAX_NAME_LENGTH,
        validators=[validate_line],
        help_text=_("A name for you to know them by. They choose their own user name."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=pgettext_lazy("what a person may do", "Can"),
        choices=Role.choices,
        initial=Role.WATCH,
    )


class InvitationForm(NewPersonForm):
    """The same, with what they may do it with."""

    cameras = _What(Camera.objects.none(), label=_("Cameras"), required=False)
    camera_groups = _What(CameraGroup.objects.none(), label=_("Groups of cameras"), required=False)
    user_groups = _What(Group.objects.none(), label=_("Groups of people"), required=False)

    def __init__(self, inviter: User, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self._limit("cameras", access.manageable(inviter).order_by("name"))
        self._limit("camera_groups", access.shareable_groups(inviter))
        self._limit("user_groups", access.manageable_people_groups(inviter).order_by("name"))

    def _limit(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = rows
        if not rows.exists():
            del self.fields[name]

    def grants(self) -> list[Grant]:
        """What the person may do, not saved yet."""
        data, role = self.cleaned_data, self.cleaned_data["role"]
        chosen = (*data.get("cameras", ()), *data.get("camera_groups", ()))
        return [Grant(role=role, **Grant.on(each)) for each in chosen]


class GrantForm(forms.Form):
    """Lets a person or a group of people do something with a camera or a group of cameras."""

    what = forms.ChoiceField(label=_("Camera or group"))
    role = forms.ChoiceField(
        label=pgettext_lazy("what a person may do", "Can"),
        choices=Role.choices,
        initial=Role.WATCH,
    )

    def __init__(self, manager: User, data: Any = None) -> None:
        super().__init__(data, prefix="grant")
        self._cameras = {
            f"camera-{each.pk}": each for each in in_natural_order(access.manageable(manager))
        }
        self._groups = {
            f"group-{each.pk}": each for each in in_natural_order(access.shareable_groups(manager))
        }
        what = self.fields["what"]
        assert isinstance(what, forms.ChoiceField)
        what.choices = [
            (_("Cameras"), [(key, each.name) for key, each in self._cameras.items()]),
            (_("Groups of cameras"), [(key, each.name) for key, each in self._groups.items()]),
        ]

    def save(self, who: User | Group) -> Grant:
        key, role = self.cleaned_data["what"], self.cleaned_data["role"]
        return Grant.give(who, self._cameras.get(key) or self._groups[key], role)


class MembershipForm(forms.Form):
    """The groups of people that a person is in, of those that `manager` may fill."""

    groups = _What(Group.objects.none(), label=_("Groups of people"), required=False)

    def __init__(self, manager: User, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        groups = self.fields["groups"]
        assert isinstance(groups, forms.ModelMultipleChoiceField)
        self._theirs = access.manageable_people_groups(manager).order_by("name")
        groups.queryset = self._theirs

    def put(self, person: User) -> None:
        """Into these. They stay in those that others fill."""
        others = person.groups.exclude(pk__in=self._theirs.values("pk"))
        person.groups.set([*others, *self.cleaned_data["groups"]])


class NewGroupForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Group
        fields = ("name",)
        labels: ClassVar = {"name": _("Name")}

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        validate_line(name)
        return name
