"""Loaded by pytest before the settings: tests run the same whatever a developer's `.env` says."""

from __future__ import annotations

import os

os.environ["PYTHON_DOTENV_DISABLED"] = "1"
