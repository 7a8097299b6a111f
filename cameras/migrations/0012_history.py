from django.conf import settings
from django.db import migrations, models

import cameras.models.history


class Migration(migrations.Migration):
    dependencies = [
        ("cameras", "0011_kiosk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CameraMinute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "camera",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=cameras.models.history.cascade_in_bulk,
                        related_name="minutes",
                        to="cameras.camera",
                        verbose_name="camera",
                    ),
                ),
                ("minute", models.DateTimeField(help_text="When it began.", verbose_name="minute")),
                ("live_s", models.PositiveSmallIntegerField(verbose_name="live (s)")),
                ("paused_s", models.PositiveSmallIntegerField(verbose_name="paused (s)")),
                ("lost_s", models.PositiveSmallIntegerField(verbose_name="lost (s)")),
                (
                    "is_troubled",
                    models.BooleanField(
                        default=False,
                        help_text="Lost for a while, or mostly paused.",
                        verbose_name="troubled",
                    ),
                ),
                ("frames", models.PositiveIntegerField(verbose_name="frames")),
                ("dropped", models.PositiveIntegerField(verbose_name="dropped")),
                ("fps", models.FloatField(help_text="Mean while live.", verbose_name="frame rate")),
                (
                    "bits_per_s",
                    models.PositiveBigIntegerField(
                        help_text="Mean while live.", verbose_name="bit rate"
                    ),
                ),
                (
                    "viewers",
                    models.PositiveIntegerField(help_text="Most at once.", verbose_name="viewers"),
                ),
                (
                    "uplink_ms",
                    models.PositiveIntegerField(
                        help_text="From the capture to the server, mean while live.",
                        null=True,
                        verbose_name="uplink (ms)",
                    ),
                ),
                (
                    "latency_p50_ms",
                    models.PositiveIntegerField(
                        help_text="From the capture to the drawn picture, as viewers report it.",
                        null=True,
                        verbose_name="median latency (ms)",
                    ),
                ),
                (
                    "latency_p95_ms",
                    models.PositiveIntegerField(
                        null=True, verbose_name="95th percentile of latency (ms)"
                    ),
                ),
            ],
            options={
                "verbose_name": "minute of a camera",
                "verbose_name_plural": "minutes of cameras",
            },
        ),
        migrations.AddIndex(
            model_name="cameraminute",
            index=models.Index(
                condition=models.Q(("is_troubled", True)),
                fields=["camera", "minute"],
                name="troubled_minute",
            ),
        ),
        migrations.AddIndex(
            model_name="capturesession",
            index=models.Index(fields=["last_seen"], name="session_last_seen"),
        ),
        migrations.AddConstraint(
            model_name="cameraminute",
            constraint=models.UniqueConstraint(
                fields=("camera", "minute"), name="one_row_per_minute"
            ),
        ),
    ]
