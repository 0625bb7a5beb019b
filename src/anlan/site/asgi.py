"""ASGI entry point."""

import os
import warnings

from django.core.asgi import get_asgi_application

# Static files come from a synchronous middleware; they are small and browsers keep them.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.site.settings")
application = get_asgi_application()
