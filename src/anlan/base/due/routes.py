"""Paths of my work, dues, the working-day calendar."""

from django.urls import URLPattern, path

from anlan.base.screens import holiday_years
from anlan.base.screens.dues import due_forms, due_list, due_object, my_work

urlpatterns: list[URLPattern] = [
    path("my-work/", my_work.MyWork.as_view(), name="my-work"),
    path("my-work/list/", due_list.MyWorkList.as_view(), name="my-work-list"),
    path("owed/", my_work.OwedThisWeek.as_view(), name="owed-this-week"),
    path("dues/", due_list.DueList.as_view(), name="due-list"),
    path("dues/<uuid:pk>/", due_object.DueObject.as_view(), name="due"),
    path("dues/<uuid:pk>/subject/", due_object.DueSubjectPage.as_view(), name="due-subject"),
    path("dues/<uuid:pk>/answer/", due_forms.DueAnswer.as_view(), name="due-answer"),
    path("dues/<uuid:pk>/pause/", due_forms.DuePauseForm.as_view(), name="due-pause"),
    path("dues/<uuid:pk>/resume/", due_forms.DueResume.as_view(), name="due-resume"),
    path("dues/<uuid:pk>/withdraw/", due_forms.DueWithdraw.as_view(), name="due-withdraw"),
    path("dues/<uuid:pk>/day/", due_forms.DueDay.as_view(), name="due-day"),
    path("calendar/", holiday_years.HolidayYearList.as_view(), name="holiday-year-list"),
    path("calendar/add/", holiday_years.HolidayYearAdd.as_view(), name="holiday-year-add"),
    path("calendar/<int:year>/", holiday_years.HolidayYearObject.as_view(), name="holiday-year"),
    path(
        "calendar/<int:year>/change/",
        holiday_years.HolidayYearChange.as_view(),
        name="holiday-year-change",
    ),
]
