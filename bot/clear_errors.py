"""Errors of commands that an operator can solve."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from bot.environments import SetupError
from bot.knowledge.files import KnowledgeError


def clear_errors(function: Callable[..., Any]) -> Callable[..., Any]:
    """Turn the errors that an operator can solve into one clear line."""

    @wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except (KnowledgeError, SetupError, ValueError, RuntimeError, OSError) as error:
            raise click.ClickException(str(error)) from None

    return wrapped
