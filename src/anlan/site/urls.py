"""All paths: each stage's `routes.py`, the API, the admin, and the site's own pages."""

from django.contrib import admin
from django.urls import include, path

from anlan.site import screens
from anlan.site.api import api
from anlan.site.backup.screens import BackupPage
from anlan.site.discovery import stage_modules
from anlan.site.provider_step import ProviderAnswer, ProviderBegin
from anlan.site.second_step import PasskeyQuestion, SecondStep

urlpatterns = [
    path("", screens.home, name="home"),
    path("sign-in/", screens.SignIn.as_view(), name="sign-in"),
    path("sign-in/second/", SecondStep.as_view(), name="second-step"),
    path("sign-in/second/key/", PasskeyQuestion.as_view(), name="passkey-question"),
    path("sign-in/provider/", ProviderBegin.as_view(), name="provider-begin"),
    path("account/provider/answer/", ProviderAnswer.as_view(), name="provider-answer"),
    path("sign-out/", screens.sign_out, name="sign-out"),
    path("language/<str:code>/", screens.choose_language, name="language"),
    path("search/", screens.search, name="search"),
    path("first-run/", include("anlan.site.first_run.routes")),
    path("backup/", BackupPage.as_view(), name="backup"),
    path("health", screens.health, name="health"),
    path("api/", api.urls),
    path("admin/", admin.site.urls),
    *(path("", include(module.__name__)) for module in stage_modules("routes")),
]
