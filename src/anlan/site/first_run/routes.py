"""Paths of the first run, below `first-run/`."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path

from anlan.base.instance_stamp import stamp_now
from anlan.site import instance
from anlan.site.first_run.administrators import Administrators
from anlan.site.first_run.base_screen import is_administrator
from anlan.site.first_run.finishing import Done, Notice
from anlan.site.first_run.steps import STEPS, where_to_go_on
from anlan.site.first_run.uploads import Bodies, PhoneBook, Template


def entry(request: HttpRequest) -> HttpResponse:
    """Goes on where the first run was left."""
    if stamp_now() is None:
        return render(request, "site/first_run.html", {})
    if instance.is_ready():
        return redirect("home")
    goes_on = where_to_go_on() if is_administrator(request) else STEPS[0]
    return redirect(goes_on.url_name)


urlpatterns: list[URLPattern] = [
    path("", entry, name="first-run"),
    path("administrators/", Administrators.as_view(), name="first-run-administrators"),
    path("bodies/", Bodies.as_view(), name="first-run-bodies"),
    path("phone-book/", PhoneBook.as_view(), name="first-run-phone-book"),
    path("notice/", Notice.as_view(), name="first-run-notice"),
    path("done/", Done.as_view(), name="first-run-done"),
    path("template/<slug:kind>.<slug:ending>", Template.as_view(), name="first-run-template"),
]
