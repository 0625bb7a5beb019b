"""Paths of the exchange."""

from django.urls import URLPattern, path

from anlan.exchange.screens import (
    channels,
    feeds,
    messages,
    outbox,
    public,
    public_setting,
)

urlpatterns: list[URLPattern] = [
    path("messages/", messages.Inbox.as_view(), name="messages"),
    path("messages/write/", messages.Write.as_view(), name="message-write"),
    path(
        "messages/<uuid:pk>/acknowledge/",
        messages.Acknowledge.as_view(),
        name="message-acknowledge",
    ),
    path("outbox/", outbox.OutboxList.as_view(), name="outbox"),
    path("outbox/<uuid:pk>/", outbox.OutboxRow.as_view(), name="outbox-row"),
    path("outbox/<uuid:pk>/retry/", outbox.Retry.as_view(), name="outbox-retry"),
    path("outbox/<uuid:pk>/cancel/", outbox.Cancel.as_view(), name="outbox-cancel"),
    path("channels/", channels.Channels.as_view(), name="channels"),
    path("channels/people/", channels.ReachedPeople.as_view(), name="reached-people"),
    path("channels/<slug:channel>/check/", channels.Check.as_view(), name="channel-check"),
    path("public/warnings/", public.PublicPage.as_view(), name="public-warnings"),
    path("public/setting/", public_setting.PublicSetting.as_view(), name="public-setting"),
    path("feed/cap.atom", feeds.WarningFeed(), name="feed-atom"),
    path("feed/warnings.rss", feeds.RssFeed(), name="feed-rss"),
    path("feed/warnings.geojson", public.GeoJson.as_view(), name="feed-geojson"),
    path("feed/cap/<uuid:pk>.xml", public.PublicCap.as_view(), name="public-cap"),
]
