"""The provider's overview of its customers, put together from what several packages know."""

import uuid
from datetime import datetime

from ninja import Query, Router, Schema

from huntline.enrolment.queries import standings_within
from huntline.identity import Permission
from huntline.identity.guards import ScopedRequest, provider
from huntline.identity.queries import customers_within
from huntline.incidents.queries import open_alerts_by_tenant
from huntline.kernel import PageQuery
from huntline.telemetry.queries import reporting_by_tenant

router = Router()


class TenantHealthOut(Schema):
    """How a customer is: who reports, since when there is silence, how far enrolment is, what is open."""

    id: uuid.UUID
    slug: str
    name: str
    devices: int
    last_data_at: datetime | None
    service_state: str
    service_on: bool | None
    open_alerts: int


class TenantHealthList(Schema):
    """A page of customers, by name."""

    items: list[TenantHealthOut]
    total: int


@router.get("/provider/tenants", auth=provider(Permission.TENANT_READ), response=TenantHealthList)
def list_customers(request: ScopedRequest, page: Query[PageQuery]) -> TenantHealthList:
    """List the customers with their health."""
    scope = request.auth
    reporting, standings, alerts = reporting_by_tenant(scope), standings_within(scope), open_alerts_by_tenant(scope)
    customers = customers_within(scope)
    items = [
        TenantHealthOut(
            id=tenant.pk,
            slug=tenant.slug,
            name=tenant.name,
            devices=reporting[tenant.pk].devices,
            last_data_at=reporting[tenant.pk].last_seen,
            service_state=standings[tenant.pk].state,
            service_on=standings[tenant.pk].service_on,
            open_alerts=alerts[tenant.pk],
        )
        for tenant in customers[page.offset : page.offset + page.limit]
    ]
    return TenantHealthList(items=items, total=len(customers))
