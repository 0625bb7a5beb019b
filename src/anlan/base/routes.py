"""Paths of the screens of `base`, gathered from its families."""

from django.urls import URLPattern

from anlan.base.due.routes import urlpatterns as due
from anlan.base.keeping.routes import urlpatterns as keeping
from anlan.base.worlds.routes import urlpatterns as worlds

urlpatterns: list[URLPattern] = [*due, *worlds, *keeping]
