import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cameras", "0013_audit_and_sign_in"),
    ]

    operations = [
        migrations.AlterField(
            model_name="camera",
            name="height",
            field=models.PositiveSmallIntegerField(
                db_default=720,
                default=720,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(1080),
                ],
                verbose_name="height",
            ),
        ),
        migrations.AlterField(
            model_name="camera",
            name="width",
            field=models.PositiveSmallIntegerField(
                db_default=1280,
                default=1280,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(1920),
                ],
                verbose_name="width",
            ),
        ),
    ]
