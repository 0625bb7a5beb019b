"""Paths of upkeep of the instance."""

from django.urls import URLPattern, path

from anlan.base.live.stream import events
from anlan.base.screens import followers, worlds

urlpatterns: list[URLPattern] = [
    path("events", events, name="events"),
    path("followers/", followers.FollowerList.as_view(), name="followers"),
    path("followers/<str:name>/retry/", followers.Retry.as_view(), name="follower-retry"),
    path("worlds/", worlds.WorldList.as_view(), name="worlds"),
    path("worlds/leave/", worlds.Leave.as_view(), name="world-leave"),
    path("worlds/checkpoint/", worlds.MakeCheckpoint.as_view(), name="world-checkpoint"),
    path("worlds/add/", worlds.ForkAdd.as_view(), name="world-fork"),
    path("worlds/<str:name>/enter/", worlds.Enter.as_view(), name="world-enter"),
    path("worlds/<str:name>/drop/", worlds.Drop.as_view(), name="world-drop"),
]
