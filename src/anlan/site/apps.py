from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "anlan.site"
    label = "anlan_site"
    verbose_name = "Site"

    def ready(self) -> None:
        from anlan.site.discovery import discover_parts

        discover_parts()
