from typing import Annotated

import typer

from huntline.cli import django
from huntline.cli.output import Json, console, print_json, print_table

app = typer.Typer(help="Tenants: the customers and the provider.", no_args_is_help=True)


@app.command()
def add(
    slug: Annotated[str, typer.Argument(help="Short name, as in addresses: small letters, digits, hyphens.")],
    name: Annotated[str, typer.Argument(help="The organisation's name.")],
    provider: Annotated[
        bool, typer.Option("--provider", help="The provider's own organisation; there is one.")
    ] = False,
    language: Annotated[str, typer.Option(help="en, ko or ja.")] = "en",
    timezone: Annotated[str, typer.Option(help="For instance Asia/Seoul.")] = "UTC",
    as_json: Json = False,
) -> None:
    """Create a tenant.

    Example: huntline tenants add aurora "Aurora Grid" --language ko --timezone Asia/Seoul
    """
    django.ready()
    from huntline.identity.models import TenantKind
    from huntline.identity.services import create_tenant

    kind = TenantKind.PROVIDER if provider else TenantKind.CUSTOMER
    tenant = create_tenant(slug, name, kind=kind, language=language, timezone=timezone)
    if as_json:
        print_json({"id": str(tenant.pk), "slug": tenant.slug, "name": tenant.name})
    else:
        console.print(f"{tenant.name} is there, with the id {tenant.pk}.")


@app.command("list")
def list_tenants(as_json: Json = False) -> None:
    """List the tenants.

    Example: huntline tenants list
    """
    django.ready()
    from huntline.identity.models import Tenant

    tenants = list(Tenant.objects.order_by("kind", "name"))
    if as_json:
        print_json([{"id": str(row.pk), "slug": row.slug, "name": row.name, "kind": row.kind} for row in tenants])
    else:
        print_table(["Short name", "Name", "Kind", "Id"], [(row.slug, row.name, row.kind, row.pk) for row in tenants])
