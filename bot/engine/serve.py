"""The engine process: Rasa with our channel only, on loopback, no HTTP API."""

from __future__ import annotations

import argparse
import os
import sys

from bot.engine.quiet import quiet

quiet()

from rasa.core.run import serve_application  # noqa: E402
from rasa.core.utils import AvailableEndpoints  # noqa: E402
from rasa.utils.endpoints import EndpointConfig  # noqa: E402

from bot.engine.locks import SharedLockStore  # noqa: E402
from bot.engine.models import NoModel, current_model  # noqa: E402
from bot.knowledge.files import root  # noqa: E402
from bot.paths import var_dir  # noqa: E402


def endpoints() -> AvailableEndpoints:
    """Return endpoints.yml, with the tracker and lock stores of DATABASE_URL and REDIS_URL where those are set."""
    found = AvailableEndpoints.read_endpoints(str(root() / "endpoints.yml"))
    database = os.environ.get("DATABASE_URL", "")
    if database.startswith("postgres"):
        url = "postgresql://" + database.split("://", 1)[1]
        found.tracker_store = EndpointConfig(type="SQL", url=url, dialect="postgresql")
    else:
        found.tracker_store = EndpointConfig(type="SQL", dialect="sqlite", db=str(var_dir() / "tracker.db"))
    redis = os.environ.get("REDIS_URL", "")
    if redis:
        found.lock_store = SharedLockStore(redis)
    found.action = EndpointConfig(url=f"http://127.0.0.1:{os.environ.get('ACTIONS_PORT', '5055')}/webhook")
    return found


def main() -> int:
    """Run `python -m bot.engine.serve`; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=int(os.environ.get("ENGINE_PORT", "5005")))
    port = parser.parse_args().port
    if not os.environ.get("ENGINE_KEY"):
        print("engine: ENGINE_KEY is not set ('bot serve' sets it)", file=sys.stderr)
        return 2
    try:
        model = current_model()
    except NoModel as error:
        print(f"engine: {error}", file=sys.stderr)
        return 2
    var_dir().mkdir(parents=True, exist_ok=True)
    serve_application(
        str(model), interface="127.0.0.1", port=port, credentials=str(root() / "credentials.yml"), enable_api=False,
        endpoints=endpoints(),
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
