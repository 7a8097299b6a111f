from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cameras", "0010_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="sharelink",
            name="dims_from",
            field=models.TimeField(blank=True, null=True, verbose_name="dims from"),
        ),
        migrations.AddField(
            model_name="sharelink",
            name="dims_until",
            field=models.TimeField(blank=True, null=True, verbose_name="dims until"),
        ),
        migrations.AddConstraint(
            model_name="sharelink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("dims_from", None), ("dims_until", None)),
                    models.Q(("dims_from__isnull", False), ("dims_until__isnull", False)),
                    _connector="OR",
                ),
                name="share_link_dims",
            ),
        ),
    ]
