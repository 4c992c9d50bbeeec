import uuid
from typing import TYPE_CHECKING, Annotated, Any

import typer

from huntline.cli import django
from huntline.cli.output import Json, console, counted, errors, print_json, print_table

if TYPE_CHECKING:
    from huntline.identity import TenantScope
    from huntline.samples.models import Examination, Sample

app = typer.Typer(help="Samples: what customers sent for examination.", no_args_is_help=True)
Tenant = Annotated[str | None, typer.Option(help="Short name of a tenant; default all.")]
Case = Annotated[uuid.UUID | None, typer.Option(help="Id of a case.")]


@app.command()
def rules(as_json: Json = False) -> None:
    """Compile the YARA rules of HUNTLINE_YARA_RULES and say which do not compile, and where. Ends with 1 when there are any.

    Example: huntline samples rules
    """
    django.ready()
    from dataclasses import asdict

    from huntline.samples.rulebook import current_rules

    book = current_rules()
    problems = [asdict(problem) for problem in book.problems] if book else []
    if as_json:
        found = {"sha256": book.sha256, "files": book.files, "rules": book.rules} if book else None
        print_json({"rules": found, "problems": problems})
    elif book is None:
        console.print("No rules are set up: name their folder in HUNTLINE_YARA_RULES.")
    else:
        console.print(f"{counted(book.rules, 'rule')} in {counted(book.files, 'file')} run over every sample.")
        console.print(f"SHA-256 of the set: {book.sha256}")
        for problem in problems:
            errors.print("{file}:{line}:{column}: {code} {message}".format(**problem), style="bold red", soft_wrap=True)
    if problems:
        raise typer.Exit(1)


@app.command()
def rescan(
    sample: Annotated[uuid.UUID | None, typer.Argument(help="Id of a sample; default all that are held.")] = None,
    tenant: Tenant = None,
    case: Case = None,
    as_json: Json = False,
) -> None:
    """Examine samples again, for instance with new rules. The running server does it.

    Example: huntline samples rescan --tenant aurora
    """
    django.ready()
    from huntline.samples.services import rescan as ask

    if sample is not None and tenant is None:
        raise typer.BadParameter("Name the tenant of the sample with --tenant.")
    count = sum(ask(scope, case, sample) for scope in _scopes(tenant, "inquiry:answer"))
    if as_json:
        print_json({"samples": count})
    else:
        console.print(f"{counted(count, 'sample')} will be examined again.")


@app.command("list")
def list_samples(tenant: Tenant = None, case: Case = None, as_json: Json = False) -> None:
    """List samples, oldest first, with what the last examination found; deleted ones too.

    Example: huntline samples list --tenant aurora
    """
    django.ready()
    from huntline.samples.queries import latest_examinations, samples_within

    rows = []
    for scope in _scopes(tenant, "inquiry:read"):
        samples = samples_within(scope, case)
        looks = latest_examinations(scope, samples)
        rows += [_row(sample, looks.get(sample.pk)) for sample in samples]
    if as_json:
        print_json(rows)
        return
    print_table(
        ["Received", "Tenant", "Case", "Name", "Bytes", "SHA-256", "State", "Looks like", "Rules", "Antivirus", "Id"],
        [
            (
                f"{row['received']:%Y-%m-%d %H:%M}",
                row["tenant"],
                row["case"],
                row["name"],
                row["size"],
                row["sha256"],
                row["state"],
                f"{row['kind']} (!)" if row["name_lies"] else row["kind"],
                ", ".join(row["rules"]),
                row["signature"] or row["antivirus"],
                row["id"],
            )
            for row in rows
        ],
    )


def _row(sample: "Sample", look: "Examination | None") -> dict[str, Any]:
    findings: dict[str, Any] = (look.findings if look else None) or {}
    kind = findings.get("kind") or {}
    antivirus: dict[str, Any] = (look.antivirus if look else None) or {}
    return {
        "id": str(sample.pk),
        "tenant": sample.tenant.slug,
        "case": str(sample.case_id),
        "name": sample.name,
        "size": sample.size,
        "sha256": sample.sha256,
        "received": sample.received,
        "expires": sample.expires,
        "state": sample.state,
        "examination": look.state if look else "",
        "error": look.error_code if look else "",
        "kind": kind.get("label", ""),
        "name_lies": kind.get("name_lies"),
        "rules": [match["rule"] for match in findings.get("matches", ())],
        "antivirus": antivirus.get("verdict", ""),
        "signature": antivirus.get("signature", ""),
    }


def _scopes(tenant: str | None, permission: str) -> "list[TenantScope]":
    """Return the scope of a tenant, or those of all; each is recorded as a look into a customer's data."""
    from huntline.identity import Permission
    from huntline.identity.models import Tenant as Row
    from huntline.identity.queries import tenant_called
    from huntline.identity.services import operator_scope

    rows = [tenant_called(tenant)] if tenant else list(Row.objects.order_by("kind", "name"))
    return [operator_scope(row, [Permission(permission)]) for row in rows]
