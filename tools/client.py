"""Write the API's description and the portal's typed client, or check that both are up to date: `python tools/client.py [--check]`."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

PORTAL: Final = Path(__file__).parent.parent / "portal"
DESCRIPTION: Final = PORTAL / "openapi.json"
TYPES: Final = PORTAL / "src" / "shared" / "api" / "schema.d.ts"


def description() -> str:
    """Return the OpenAPI document of the portal's API."""
    os.environ.setdefault("HUNTLINE_HOME", tempfile.mkdtemp(prefix="huntline-client-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huntline.web.settings")
    import django

    django.setup()
    from huntline.web.api import api

    return (
        json.dumps(
            api.get_openapi_schema(path_prefix="/api/v1/"), indent=1, sort_keys=True, ensure_ascii=False, default=str
        )
        + "\n"
    )


def types() -> str:
    """Return the TypeScript types that openapi-typescript makes of the description on disk."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "schema.d.ts"
        subprocess.run(
            ["npx", "--no-install", "openapi-typescript", str(DESCRIPTION), "-o", str(made)],
            cwd=PORTAL,
            check=True,
            capture_output=True,
        )
        return made.read_text()


def main() -> None:
    """Write both, or with `--check` name what is out of date and exit 1."""
    check = "--check" in sys.argv
    stale = []
    for path, make in ((DESCRIPTION, description), (TYPES, types)):
        text = make()
        if not path.exists() or path.read_text() != text:
            stale.append(path.name)
            if not check:
                path.write_text(text)
                print(f"wrote {path.name}")
    if stale and check:
        sys.exit(f"Out of date: {', '.join(stale)}. Run `make client`.")


if __name__ == "__main__":
    main()
