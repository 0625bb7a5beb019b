"""Paths of collecting by workbook."""

from django.urls import URLPattern, path

from anlan.plan.screens.collecting import back_filling, collections, files, returning

urlpatterns: list[URLPattern] = [
    path("plan/collections/", collections.CollectionList.as_view(), name="plan-collections"),
    path("plan/collections/new/", collections.NewRound.as_view(), name="plan-collection-new"),
    path(
        "plan/collections/<uuid:pk>/",
        collections.CollectionObject.as_view(),
        name="plan-collection",
    ),
    path(
        "plan/collections/<uuid:pk>/close/",
        collections.CloseRound.as_view(),
        name="plan-collection-close",
    ),
    path(
        "plan/collections/<uuid:pk>/workbooks.zip",
        files.RoundZip.as_view(),
        name="plan-collection-zip",
    ),
    path(
        "plan/deliverables/<uuid:pk>/back-fill/",
        back_filling.BackFillScreen.as_view(),
        name="plan-back-fill",
    ),
    path("plan/workbooks/<uuid:pk>/", files.SheetObject.as_view(), name="plan-sheet"),
    path("plan/workbooks/<uuid:pk>/file/", files.SheetFile.as_view(), name="plan-sheet-file"),
    path("plan/returns/", returning.ReceiveFiles.as_view(), name="plan-returns-receive"),
    path("plan/returns/<uuid:pk>/", returning.ReturnedFilePage.as_view(), name="plan-return"),
    path("plan/returns/<uuid:pk>/aside/", returning.SetAside.as_view(), name="plan-return-aside"),
    path("plan/returns/<uuid:pk>/receipt/", returning.Receipt.as_view(), name="plan-receipt"),
    path(
        "plan/returns/<uuid:pk>/file/",
        files.KeptFileDownload.as_view(),
        name="plan-return-file",
    ),
]
