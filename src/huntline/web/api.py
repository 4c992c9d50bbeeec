"""The portal's API: one document, put together from the packages' routers."""

import huntline
from huntline.delivery.api import router as delivery
from huntline.delivery.webhooks.api import router as webhooks
from huntline.detections.api import router as detections
from huntline.enrolment.api import router as enrolment
from huntline.handoff.api import router as handoff
from huntline.hunting.api import router as hunting
from huntline.identity.api import router as identity
from huntline.incidents.api import router as incidents
from huntline.inquiries.api import router as inquiries
from huntline.inquiries.case_samples_api import router as case_samples
from huntline.inquiries.desk_api import router as desk
from huntline.reports.api import router as reports
from huntline.telemetry.api import router as telemetry
from huntline.web import problems
from huntline.web.description import DescribedApi
from huntline.web.overview import router as overview
from huntline.web.rendering import Json

api = DescribedApi(
    title="Huntline",
    version=huntline.__version__,
    description="The API of the portal, for people's browsers and for scripts. Errors are problem+json.",
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
    renderer=Json(),
)
problems.install(api)
api.add_router("", identity, tags=["identity"])
api.add_router("", enrolment, tags=["enrolment"])
api.add_router("", telemetry, tags=["telemetry"])
api.add_router("", hunting, tags=["hunting"])
api.add_router("", incidents, tags=["incidents"])
api.add_router("", detections, tags=["detections"])
api.add_router("", inquiries, tags=["inquiries"])
api.add_router("", case_samples, tags=["inquiries"])
api.add_router("", desk, tags=["inquiries"])
api.add_router("", handoff, tags=["handoff"])
api.add_router("", reports, tags=["reports"])
api.add_router("", delivery, tags=["delivery"])
api.add_router("", webhooks, tags=["delivery"])
api.add_router("", overview, tags=["provider"])
