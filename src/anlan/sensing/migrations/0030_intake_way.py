"""By which way a batch came: over HTTP, a broker, a stream or from a file."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sensing", "0021_batch_order")]
    operations = [
        migrations.AddField(
            model_name="intakebatch",
            name="way",
            field=models.CharField(
                choices=[
                    ("http", "over HTTP"),
                    ("mqtt", "over MQTT"),
                    ("stream", "through the stream"),
                    ("file", "from a file"),
                ],
                default="http",
                max_length=8,
                verbose_name="way",
            ),
        ),
    ]
