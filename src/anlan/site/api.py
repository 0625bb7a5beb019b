"""The JSON API: one OpenAPI document over the routers of all stages."""

from ninja import NinjaAPI

from anlan.site.discovery import stage_modules

api = NinjaAPI(title="Anlan 安澜", version="1", openapi_url="/openapi.json", docs_url=None)
for _module in stage_modules("api"):
    api.add_router("", _module.router)
