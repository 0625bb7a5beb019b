"""States of the past, exercises, and how far followers have come."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WorldCheckpoint(models.Model):
    """A state of the past in a file: up to which entry it goes, and what proves it."""

    seq = models.BigIntegerField(_("up to entry"))
    entries = models.BigIntegerField(_("entries"))
    known_until = models.DateTimeField(_("known until"))
    mac = models.CharField(_("chain"), max_length=64)
    digest = models.CharField(_("digest of the file"), max_length=64)
    shape = models.CharField(_("shape of the tables"), max_length=64)
    size_bytes = models.BigIntegerField(_("size in bytes"), default=0)
    made_at = models.DateTimeField(_("made at"))
    fault = models.CharField(_("fault"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")


class WorldFork(models.Model):
    """An exercise: a copy of a state, with a clock and a journal of its own."""

    name = models.CharField(_("name of the exercise"), max_length=40, unique=True)
    seq = models.BigIntegerField(_("taken from entry"))
    starts_at = models.DateTimeField(_("its clock started at"))
    made_at = models.DateTimeField(_("made at"))
    made_by = models.CharField(_("made by"), max_length=80)

    class Meta:
        verbose_name = _("exercise world")
        verbose_name_plural = _("exercise worlds")


class FollowerPlace(models.Model):
    """How far a follower has come in the sealed journal, and how its last attempt ended."""

    name = models.CharField(_("follower"), max_length=60, primary_key=True)
    seq = models.BigIntegerField(_("handled up to entry"), default=0)
    attempts = models.PositiveIntegerField(_("failed attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=80, blank=True)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)

    class Meta:
        verbose_name = _("place of a follower")
        verbose_name_plural = _("places of followers")
