"""Paths of the register screens."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
