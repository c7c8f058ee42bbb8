"""What the fork server of the web tests has in memory: the modules of a web process, and the word lists of the redaction."""

from __future__ import annotations

import bot.web.__main__  # noqa: F401
from bot.privacy.redaction.lexicon import load_lexicon

load_lexicon()
