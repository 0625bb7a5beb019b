"""Paths of the screens of `base`: upkeep of the instance."""

from django.urls import URLPattern, path

from anlan.base.screens import followers

urlpatterns: list[URLPattern] = [
    path("followers/", followers.FollowerList.as_view(), name="followers"),
    path("followers/<slug:name>/retry/", followers.Retry.as_view(), name="follower-retry"),
]
