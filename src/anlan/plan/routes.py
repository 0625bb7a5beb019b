"""Paths of the plan screens."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
