"""Paths of the preparedness screens."""

from django.urls import URLPattern, path

from anlan.preparedness.screens import course, project_forms, projects

urlpatterns: list[URLPattern] = [
    path("projects/", projects.ProjectList.as_view(), name="project-list"),
    path("projects/add/", project_forms.ProjectAdd.as_view(), name="project-add"),
    path("projects/<uuid:pk>/", projects.ProjectObject.as_view(), name="project"),
    path(
        "projects/<uuid:pk>/change/", project_forms.ProjectChange.as_view(), name="project-change"
    ),
    path(
        "projects/<uuid:pk>/back-fill/",
        project_forms.ProjectBackFill.as_view(),
        name="project-back-fill",
    ),
    path(
        "projects/<uuid:pk>/places/add/",
        project_forms.PlaceAdd.as_view(),
        name="project-place-add",
    ),
    path(
        "projects/places/<uuid:pk>/",
        project_forms.PlaceChange.as_view(),
        name="project-place-change",
    ),
    path("projects/<uuid:pk>/phone/", course.ProjectPhone.as_view(), name="project-phone"),
    path("projects/<uuid:pk>/accept/", course.ProjectAccept.as_view(), name="project-accept"),
    path("projects/<uuid:pk>/delay/", course.DelayAdd.as_view(), name="delay-add"),
    path(
        "projects/<uuid:pk>/milestones/add/", course.MilestoneAdd.as_view(), name="milestone-add"
    ),
    path("projects/<uuid:pk>/payments/add/", course.PaymentAdd.as_view(), name="payment-add"),
    path(
        "projects/<uuid:pk>/photographs/add/",
        course.PhotographAdd.as_view(),
        name="photograph-add",
    ),
    path("milestones/<uuid:pk>/tick/", course.MilestoneTick.as_view(), name="milestone-tick"),
    path("milestones/<uuid:pk>/move/", course.MilestoneMove.as_view(), name="milestone-move"),
]
