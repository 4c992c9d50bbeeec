"""The doors of ingest under `/ingest/v1/`: an API of their own, because shippers show keys and not sessions."""

import huntline
from huntline.telemetry.api import doors
from huntline.web import problems
from huntline.web.description import DescribedApi
from huntline.web.rendering import Json

ingest_api = DescribedApi(
    title="Huntline ingest",
    version=huntline.__version__,
    description="Telemetry comes in here, with an ingest key. A 2xx answer means that the rows are on the disk.",
    urls_namespace="ingest",
    docs_url=None,
    openapi_url="/openapi.json",
    renderer=Json(),
)
problems.install(ingest_api)
ingest_api.add_router("", doors, tags=["ingest"])
