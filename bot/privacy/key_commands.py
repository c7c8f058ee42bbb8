"""`bot keys`: how many keys there are, and changing them."""

from __future__ import annotations

import time

import click
from cryptography.fernet import Fernet

from bot.privacy.keys import check_only_newest, count_keys, renew_all
from bot.privacy.opening import ready_database
from bot.privacy.vault import Vault
from bot.secrets import SecretsError, data_keys_are_given, load_secrets, replace_data_keys, secrets_file, split_keys
from bot.settings import load_settings

# A process that took the old key just before the rotation has stored its value long before this.
SETTLE_SECONDS = 60


def show() -> None:
    """Print how many stored values each key is needed for."""
    vault, keys = _vault()
    with ready_database(load_settings()) as database:
        found = count_keys(database, vault)
    for number in range(len(keys)):
        click.echo(f"key {number + 1}{' (newest)' if number == 0 else ''}: {found[number]} values")
    if found[None]:
        click.echo(f"no key fits: {found[None]} values")


def rotate() -> None:
    """Put a new key first and encrypt everything with it.

    Raises:
        SecretsError: the environment gives the keys; says what to do instead.
        VaultError: a stored value fits none of the keys.

    """
    new = Fernet.generate_key().decode("ascii")
    if data_keys_are_given():
        raise SecretsError(
            "DATA_KEYS is set by the environment, so it is changed there:\n"
            f"  1. put this new key and a comma before the keys in DATA_KEYS: {new}\n"
            "  2. restart web on every machine\n"
            "  3. run 'bot keys renew', and after that 'bot keys drop-old'"
        )
    _vault()
    with ready_database(load_settings()):
        pass  # what is wrong stops us here, before anything changes
    keys = replace_data_keys(lambda known: (new, *known))
    click.echo(f"new key in {secrets_file()}; {len(keys)} keys now. Back up this file.")
    renew()


def renew() -> None:
    """Encrypt everything with the newest key.

    Raises:
        VaultError: a stored value fits none of the keys.

    """
    vault, _ = _vault()
    with ready_database(load_settings()) as database:
        click.echo(f"{renew_all(database, vault)} values encrypted with the newest key")


def drop_old() -> None:
    """Remove all keys but the newest.

    Raises:
        KeyInUse: a stored value still needs another key.
        SecretsError: too soon after the rotation, or the environment gives the keys.

    """
    given = data_keys_are_given()
    load_secrets()
    if not given and time.time() - secrets_file().stat().st_mtime < SETTLE_SECONDS:
        raise SecretsError(
            f"{secrets_file()} changed less than {SETTLE_SECONDS} s ago: a process may still be storing a value with the "
            "key before. Try again in a minute."
        )
    vault, keys = _vault()
    with ready_database(load_settings()) as database:
        check_only_newest(database, vault)
    if given:
        click.echo("No value needs an older key. Leave only the first key in DATA_KEYS, and restart web on every machine.")
        return
    replace_data_keys(lambda known: known[:1])
    click.echo(f"{len(keys) - 1} older keys removed from {secrets_file()}. Backups made before need them: keep those safe.")


def _vault() -> tuple[Vault, tuple[str, ...]]:
    """Return the vault and its keys."""
    keys = split_keys(load_secrets().data_keys)
    return Vault(keys), keys
