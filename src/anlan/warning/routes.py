"""Paths of the warning screens."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
