from typing import Annotated

import typer

from huntline.cli import django
from huntline.cli.output import Json, console, print_json, print_table

app = typer.Typer(help="People and their roles.", no_args_is_help=True)


@app.command()
def add(
    email: Annotated[str, typer.Argument(help="E-mail address, with which the person signs in.")],
    tenant: Annotated[str, typer.Option(help="Short name of the tenant.")],
    role: Annotated[
        str,
        typer.Option(
            help="Customer: admin, analyst, reader. Provider: hunter, hunt_lead, account_manager, platform_operator."
        ),
    ],
    name: Annotated[str, typer.Option(help="Name that others read.")] = "",
    password: Annotated[
        str | None, typer.Option(help="Read from a prompt when given as '-'. Without it the person sets one by reset.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Give somebody a role in a tenant.

    Example: huntline users add kim@aurora.example --tenant aurora --role admin --password -
    """
    django.ready()
    from huntline.identity.errors import RoleNotOfTenant
    from huntline.identity.permissions import Role
    from huntline.identity.queries import tenant_called
    from huntline.identity.services import invite

    if role not in set(Role):
        raise RoleNotOfTenant(role)
    if password == "-":  # noqa: S105 - the sign for "ask me"
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    member = invite(tenant_called(tenant), email, Role(role), name=name, password=password)
    if as_json:
        print_json({"id": str(member.pk), "email": member.person.email, "tenant": tenant, "role": role})
    else:
        console.print(f"{member.person.email} is {role} of {tenant}.")


@app.command("list")
def list_users(
    tenant: Annotated[str | None, typer.Option(help="Only members of this tenant (short name).")] = None,
    as_json: Json = False,
) -> None:
    """List people and their roles.

    Example: huntline users list --tenant aurora
    """
    django.ready()
    from huntline.identity.models import Membership
    from huntline.identity.queries import tenant_called

    rows = Membership.objects.select_related("person", "tenant").order_by("tenant__name", "person__email")
    if tenant is not None:
        rows = rows.filter(tenant=tenant_called(tenant))
    if as_json:
        print_json(
            [
                {"email": row.person.email, "name": row.person.name, "tenant": row.tenant.slug, "role": row.role}
                for row in rows
            ]
        )
    else:
        print_table(
            ["E-mail", "Name", "Tenant", "Role"],
            [(row.person.email, row.person.name, row.tenant.slug, row.role) for row in rows],
        )


@app.command()
def password(
    email: Annotated[str, typer.Argument(help="Whose password.")],
    new: Annotated[str, typer.Option("--password", help="The new one; '-' asks for it.")] = "-",
    as_json: Json = False,
) -> None:
    """Set a person's password, for somebody who cannot get the mail of a reset.

    Example: huntline users password kim@aurora.example
    """
    django.ready()
    from huntline.identity.services import set_password

    if new == "-":
        new = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    person = set_password(email, new)
    if as_json:
        print_json({"id": str(person.pk), "email": person.email})
    else:
        console.print(f"{person.email} has a new password.")
