import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import cameras.naming


class Migration(migrations.Migration):
    dependencies = [
        ("cameras", "0007_former_slug"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CameraGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "slug",
                    models.SlugField(
                        blank=True,
                        help_text="Part of the address of the group's wall. Made from the name when left empty, and kept from then on.",
                        max_length=60,
                        unique=True,
                        verbose_name="slug",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        max_length=100,
                        validators=[cameras.naming.validate_line],
                        verbose_name="name",
                    ),
                ),
                (
                    "created",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="created"
                    ),
                ),
                (
                    "cameras",
                    models.ManyToManyField(
                        blank=True,
                        related_name="groups",
                        to="cameras.camera",
                        verbose_name="cameras",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="camera_groups",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "group of cameras",
                "verbose_name_plural": "groups of cameras",
                "ordering": ("name", "slug"),
            },
        ),
        migrations.CreateModel(
            name="WallArrangement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("choices", models.JSONField(default=dict, verbose_name="choices")),
                (
                    "group",
                    models.ForeignKey(
                        help_text="Whose wall it is; none for the wall of all cameras.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cameras.cameragroup",
                        verbose_name="group of cameras",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="wall_arrangements",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "arrangement of a wall",
                "verbose_name_plural": "arrangements of walls",
                "ordering": ("user", "group"),
                "constraints": [
                    models.UniqueConstraint(fields=("user", "group"), name="arrangement_of_group"),
                    models.UniqueConstraint(
                        condition=models.Q(("group", None)),
                        fields=("user",),
                        name="arrangement_of_all",
                    ),
                ],
            },
        ),
    ]
