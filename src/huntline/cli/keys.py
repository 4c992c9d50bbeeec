from datetime import UTC, datetime
from typing import Annotated

import typer

from huntline.cli import django
from huntline.cli.output import Json, console, print_json, print_table

app = typer.Typer(help="Ingest keys: what agents and shippers show when they send telemetry.", no_args_is_help=True)
Tenant = Annotated[str, typer.Option(help="Short name of the tenant.")]


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    tenant: Tenant,
    expires: Annotated[
        datetime | None, typer.Option(help="Last moment at which it is good (UTC); default never.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a key and print its secret, which is not kept and cannot be shown again.

    Example: huntline keys create "winlogbeat, head office" --tenant aurora
    """
    django.ready()
    from huntline.identity.queries import tenant_called
    from huntline.telemetry.services.keys import make_key

    until = expires.replace(tzinfo=expires.tzinfo or UTC) if expires else None
    key, secret = make_key(tenant_called(tenant).pk, name, expires_at=until)
    if as_json:
        print_json({"id": str(key.pk), "name": key.name, "secret": secret})
    else:
        console.print(secret)


@app.command("list")
def list_keys(tenant: Tenant, as_json: Json = False) -> None:
    """List a tenant's keys.

    Example: huntline keys list --tenant aurora
    """
    django.ready()
    from huntline.identity import Permission
    from huntline.identity.queries import tenant_called
    from huntline.identity.services import operator_scope
    from huntline.telemetry.queries import keys_within

    keys = keys_within(operator_scope(tenant_called(tenant), [Permission.INGEST_KEY_MANAGE]))
    if as_json:
        print_json(
            [
                {
                    "id": str(key.pk),
                    "name": key.name,
                    "prefix": key.prefix,
                    "expires_at": key.expires_at,
                    "revoked_at": key.revoked_at,
                    "last_used_at": key.last_used_at,
                }
                for key in keys
            ]
        )
    else:
        rows = [(key.pk, key.name, key.prefix, key.expires_at, key.revoked_at, key.last_used_at) for key in keys]
        print_table(["Id", "Name", "Begins with", "Expires", "Revoked", "Last used"], rows)


@app.command()
def revoke(
    key: Annotated[str, typer.Argument(help="Id of the key, as `huntline keys list` says it.")],
    tenant: Tenant,
    as_json: Json = False,
) -> None:
    """Close a key for good.

    Example: huntline keys revoke 0199… --tenant aurora
    """
    django.ready()
    import uuid

    from huntline.identity import Permission
    from huntline.identity.queries import tenant_called
    from huntline.identity.services import operator_scope
    from huntline.telemetry.errors import IngestKeyNotFound
    from huntline.telemetry.services.keys import revoke_key

    try:
        wanted = uuid.UUID(key)
    except ValueError as error:
        raise IngestKeyNotFound from error
    closed = revoke_key(operator_scope(tenant_called(tenant), [Permission.INGEST_KEY_MANAGE]), wanted)
    if as_json:
        print_json({"id": str(closed.pk), "name": closed.name, "revoked_at": closed.revoked_at})
    else:
        console.print(f"“{closed.name}” opens nothing any more.")
