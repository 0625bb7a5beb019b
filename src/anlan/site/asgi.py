"""ASGI entry point."""

import os
import warnings

from django.core.asgi import get_asgi_application

from anlan.site.body_size import without_large_bodies
from anlan.site.turns import in_turns

# Static files come from a synchronous middleware; they are small and browsers keep them.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.site.settings")
application = in_turns(without_large_bodies(get_asgi_application()))
